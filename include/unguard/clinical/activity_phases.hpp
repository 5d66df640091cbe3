// SPDX-License-Identifier: Apache-2.0
// Phases of bends where there is no angle, from what the muscles do: standing, bending, full flexion and returning
// follow each other as hidden states, each with a level of its own in every muscle, which are learnt from the record: a
// hidden Markov model (Baum et al. 1970, doi:10.1214/aoms/1177697196; the likeliest path: Viterbi 1967,
// doi:10.1109/TIT.1967.1054010) whose states last for a third of a phase at least. Where bending and returning do not
// stand out from what is between them, as in a back that never lets go, that is said. Cost: 1 ms a second and muscle.
// Offline.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "unguard/clinical/bend_levels.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// A record that begins in standing.
struct ActivityPhases {
  Seconds phase{4};           // how long a phase lasts about; metronomes beat 3 to 5
  double least_trough = 1.4;  // times stronger than standing and full flexion that bending and returning are

  friend bool operator==(const ActivityPhases&, const ActivityPhases&) = default;
};
constexpr SpecInfo info(const ActivityPhases*) {
  return {"ActivityPhases", "phases of bends without an angle, from what the muscles do",
          "Baum et al. 1970, doi:10.1214/aoms/1177697196"};
}
constexpr auto fields(const ActivityPhases*) {
  using A = ActivityPhases;
  return field_list(field<&A::phase>("phase", "how long a phase lasts about", between(0.5, 60)),
                    field<&A::least_trough>(
                        "least_trough", "times stronger than standing and full flexion that bending and returning are",
                        between(1, 100)));
}

struct ActivityBend {
  BendEdges edges{};
  // In no muscle do bending and returning both stand out from standing and full flexion; or some phase of the record is
  // not like the others of its name, or took so long that two bends may have been taken for one.
  bool uncertain = false;

  friend bool operator==(const ActivityBend&, const ActivityBend&) = default;
};

namespace activity_phases_detail {

// A state lasts for so many looks at least, a third of a phase: it is gone through in as many steps, and stays in the
// last one. Three such do not fit into one burst.
inline constexpr int states = 4, steps = 28, all = states * steps;
inline constexpr double least_share = 0.35;     // of a phase
inline constexpr double most_phases = 2.2;      // that bending or returning may take
inline constexpr double least_variance = 0.05;  // of the logarithm of a power
inline constexpr double farthest = -50;         // nats that one look speaks against a state, at most

using Levels = std::array<std::vector<double>, states>;

// Logarithms of powers, look by look and muscle by muscle; NaN where there is none.
struct Looks {
  int muscles = 0;
  std::vector<double> values{};

  std::int64_t count() const { return std::ssize(values) / muscles; }
  double at(std::int64_t i, int m) const { return values[static_cast<std::size_t>(i * muscles + m)]; }
};
inline Looks looks_at(const PowerCourse& course, int muscles, std::int64_t look) {
  Looks looks{muscles, {}};
  for (std::int64_t t = course.begin(); t + look <= course.end(); t += look)
    for (int m = 0; m < muscles; ++m) {
      const StretchPower p = course.over(m, t, t + look);
      looks.values.push_back(p.power > 0 ? std::log(p.power) : std::numeric_limits<double>::quiet_NaN());
    }
  return looks;
}
// The values of a muscle, lowest first, and how many of them are below the gap between quiet and active: two groups as
// far apart as can be (Otsu 1979, doi:10.1109/TSMC.1979.4310076).
struct TwoGroups {
  std::vector<double> values{};
  std::size_t quiet = 0;

  double of_quiet(double share) const {
    return values[static_cast<std::size_t>(share * static_cast<double>(quiet - 1))];
  }
  double of_active(double share) const {
    return values[quiet + static_cast<std::size_t>(share * static_cast<double>(values.size() - quiet - 1))];
  }
};
inline TwoGroups two_groups(const Looks& looks, int m) {
  TwoGroups g;
  for (std::int64_t i = 0; i < looks.count(); ++i)
    if (!std::isnan(looks.at(i, m))) g.values.push_back(looks.at(i, m));
  std::sort(g.values.begin(), g.values.end());
  double sum = 0, below = 0, most = -1;
  for (const double v : g.values) sum += v;
  const auto n = static_cast<double>(g.values.size());
  for (std::size_t i = 1; i < g.values.size(); ++i) {
    below += g.values[i - 1];
    const auto k = static_cast<double>(i);
    const double apart = below / k - (sum - below) / (n - k), between = k * (n - k) * apart * apart;
    if (between > most) {
      most = between;
      g.quiet = i;
    }
  }
  return g;
}

// Where learning may begin: a share of the quiet values, or below 0 of the active ones, for each state.
using Place = std::array<double, states>;
inline constexpr std::array<Place, 8> places{{{0.6, -0.25, 0.2, -0.8},
                                              {0.5, -0.45, -0.1, -0.9},
                                              {0.6, -0.8, 0.2, -0.25},
                                              {0.5, -0.9, -0.1, -0.45},
                                              {0.5, -0.3, -0.6, -0.9},
                                              {0.4, 0.9, 0.2, -0.5},
                                              {0.4, -0.5, 0.2, 0.9},
                                              {0.4, -0.5, 0.4, -0.5}}};

inline constexpr int first_rounds = 8, further_rounds = 17;
inline constexpr std::size_t going_on = 3;

class Model {
 public:
  Model(const Looks& looks, const std::vector<TwoGroups>& groups, double stay, const Place& place)
      : looks_(looks), stay_(stay) {
    for (int s = 0; s < states; ++s)
      for (const TwoGroups& g : groups) {
        mean_[at(s)].push_back(place[at(s)] > 0 ? g.of_quiet(place[at(s)]) : g.of_active(-place[at(s)]));
        variance_[at(s)].push_back(0.5);
      }
  }

  // The log-likelihood of the record, after so many rounds of learning.
  double learn(int rounds) {
    double likelihood = 0;
    for (int round = 0; round < rounds; ++round) {
      likelihood = forward();
      backward();
      update();
    }
    return likelihood;
  }
  // State by look, along the likeliest path.
  std::vector<int> path() const {
    const std::int64_t n = looks_.count();
    std::vector<std::array<std::int8_t, all>> from(at(n));
    std::array<double, all> best{};
    best.fill(-1e300);
    best[0] = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const auto says = densities(i);
      std::array<double, all> next{};
      for (int k = 0; k < all; ++k) {
        const int before = (k + all - 1) % all;
        const double stayed = best[at(k)] + (i ? log(stays(k)) : 0.0),
                     came = best[at(before)] + (i ? log(goes_on(before)) : -1e300);
        from[at(i)][at(k)] = static_cast<std::int8_t>(stayed >= came ? k : before);
        next[at(k)] = std::max(stayed, came) + says[at(k / steps)];
      }
      best = next;
    }
    auto k = static_cast<int>(std::max_element(best.begin(), best.end()) - best.begin());
    std::vector<int> states_of(at(n));
    for (std::int64_t i = n; i-- > 0;) {
      states_of[at(i)] = k / steps;
      k = from[at(i)][at(k)];
    }
    return states_of;
  }
  double mean(int state, int muscle) const { return mean_[at(state)][at(muscle)]; }
  // Whether looks [from, to) of a path are likelier in their own state than in one of the other kind, quiet or active.
  bool fits(int state, std::int64_t from, std::int64_t to) const {
    std::array<double, states> sum{};
    for (std::int64_t i = from; i < to; ++i) {
      const auto says = densities(i);
      for (int s = 0; s < states; ++s) sum[at(s)] += says[at(s)];
    }
    return sum[at(state)] >= std::max(sum[at((state + 1) % states)], sum[at((state + 3) % states)]);
  }

 private:
  double stays(int k) const { return k % steps == steps - 1 ? stay_ : 0; }
  double goes_on(int k) const { return 1 - stays(k); }
  static double log(double chance) { return chance > 0 ? std::log(chance) : -1e300; }
  template <class I>
  static std::size_t at(I i) {
    return static_cast<std::size_t>(i);
  }
  std::array<double, states> densities(std::int64_t i) const {
    std::array<double, states> says{};
    for (int s = 0; s < states; ++s)
      for (int m = 0; m < looks_.muscles; ++m) {
        const double x = looks_.at(i, m);
        if (std::isnan(x)) continue;
        const double d = x - mean_[at(s)][at(m)], v = variance_[at(s)][at(m)];
        says[at(s)] -= 0.5 * (d * d / v + std::log(v));
      }
    // One look that fits nowhere else must not forbid a path.
    const double most = *std::max_element(says.begin(), says.end());
    for (double& s : says) s = std::max(s, most + farthest);
    return says;
  }
  double forward() {
    const std::int64_t n = looks_.count();
    forward_.assign(at(n), {});
    says_.assign(at(n), {});
    double likelihood = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      auto says = densities(i);
      const double most = *std::max_element(says.begin(), says.end());
      for (double& s : says) s = std::exp(s - most);
      says_[at(i)] = says;
      double sum = 0;
      for (int k = 0; k < all; ++k) {
        const double before = i == 0 ? (k == 0 ? 1.0 : 0.0)
                                     : stays(k) * forward_[at(i - 1)][at(k)] +
                                           goes_on((k + all - 1) % all) * forward_[at(i - 1)][at((k + all - 1) % all)];
        sum += forward_[at(i)][at(k)] = before * says[at(k / steps)];
      }
      for (double& f : forward_[at(i)]) f /= sum;
      likelihood += std::log(sum) + most;
    }
    return likelihood;
  }
  // Leaves in forward_ how likely each step is, given the whole record.
  void backward() {
    std::array<double, all> after{};
    after.fill(1);
    for (std::int64_t i = looks_.count(); i-- > 0;) {
      std::array<double, all> before{};
      double sum = 0;
      for (int k = 0; k < all; ++k) sum += forward_[at(i)][at(k)] *= after[at(k)];
      for (double& f : forward_[at(i)]) f /= sum;
      double most = 0;
      for (int k = 0; k < all; ++k) {
        const int next = (k + 1) % all;
        before[at(k)] = stays(k) * says_[at(i)][at(k / steps)] * after[at(k)] +
                        goes_on(k) * says_[at(i)][at(next / steps)] * after[at(next)];
        most = std::max(most, before[at(k)]);
      }
      for (int k = 0; k < all; ++k) after[at(k)] = before[at(k)] / most;
    }
  }
  void update() {
    for (int s = 0; s < states; ++s)
      for (int m = 0; m < looks_.muscles; ++m) {
        double weight = 0, sum = 0, squares = 0;
        for (std::int64_t i = 0; i < looks_.count(); ++i) {
          const double x = looks_.at(i, m);
          if (std::isnan(x)) continue;
          double w = 0;
          for (int step = 0; step < steps; ++step) w += forward_[at(i)][at(s * steps + step)];
          weight += w;
          sum += w * x;
          squares += w * x * x;
        }
        // A state that is hardly there teaches nothing.
        if (weight < 4) continue;
        const double mean = sum / weight;
        mean_[at(s)][at(m)] = mean;
        variance_[at(s)][at(m)] = std::max(least_variance, squares / weight - mean * mean);
      }
  }

  const Looks& looks_;
  double stay_;
  Levels mean_{}, variance_{};
  std::vector<std::array<double, all>> forward_{};
  std::vector<std::array<double, states>> says_{};
};

// Looks before the first bend that are nearer to activity than to standing, in the muscle that has most of them.
inline std::int64_t active_in_standing(const Looks& looks, const Model& model, const std::vector<int>& path,
                                       int muscles) {
  const auto first = std::find_if(path.begin(), path.end(), [](int state) { return state != 0; }) - path.begin();
  std::int64_t most = 0;
  for (int m = 0; m < muscles; ++m) {
    const double between = 0.5 * (model.mean(0, m) + std::min(model.mean(1, m), model.mean(3, m)));
    std::int64_t active = 0;
    for (std::int64_t i = 0; i < first; ++i) active += looks.at(i, m) > between;
    if (between > model.mean(0, m)) most = std::max(most, active);
  }
  return most;
}

}  // namespace activity_phases_detail

// The bends of a course that is remembered whole, by all muscles together; one that is not over is none.
inline Result<std::vector<ActivityBend>> bends_by_activity(const PowerCourse& course, int muscles,
                                                           const ActivityPhases& spec = {}) {
  using namespace activity_phases_detail;
  if (auto fault = validate(spec)) return *fault;
  // In ticks.
  const auto look = std::max<std::int64_t>(1, std::llround(least_share * spec.phase.value * tick_rate.value / steps));
  const Looks looks = looks_at(course, muscles, look);
  constexpr std::int64_t fewest = 4 * steps;
  if (looks.count() < fewest)
    return fault_in_words<ActivityPhases>("record",
                                          to_text(Seconds{static_cast<double>(course.end() - course.begin()) / 100}),
                                          "at least " + to_text(Seconds{static_cast<double>(fewest * look) / 100}));
  const double stay = 1 - 1 / (steps * (1 / least_share - 1));
  std::vector<TwoGroups> groups;
  for (int m = 0; m < muscles; ++m) {
    groups.push_back(two_groups(looks, m));
    if (std::ssize(groups.back().values) < fewest)
      return fault_in_words<ActivityPhases>("record", "hardly anything of muscle " + std::to_string(m + 1),
                                            "EMG of every muscle, of all four phases");
  }
  // Learning climbs the nearest hill: it begins in several places, and goes on where it came highest.
  std::vector<Model> begun;
  std::vector<std::pair<double, std::size_t>> order;
  for (const Place& place : places) {
    begun.emplace_back(looks, groups, stay, place);
    const double likelihood = begun.back().learn(first_rounds);
    if (!std::isnan(likelihood)) order.emplace_back(-likelihood, begun.size() - 1);
  }
  std::sort(order.begin(), order.end());
  const Model* best = nullptr;
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < std::min(going_on, order.size()); ++i) {
    Model& model = begun[order[i].second];
    const double likelihood = model.learn(further_rounds);
    if (!(likelihood > most)) continue;
    most = likelihood;
    best = &model;
  }
  std::vector<ActivityBend> found;
  if (!best) return found;
  const std::vector<int> path = best->path();
  bool stands_out = false;
  const double least = 2 * std::log(spec.least_trough);
  for (int m = 0; m < muscles; ++m)
    stands_out |= std::min(best->mean(1, m), best->mean(3, m)) - std::max(best->mean(0, m), best->mean(2, m)) >= least;
  // Who begins in standing has not bent yet: a burst before the first one is a bend that was not seen as one.
  const bool starts_late = active_in_standing(looks, *best, path, muscles) >= steps / 2;
  const auto sample = [&](std::int64_t i) { return (course.begin() + i * look) * course.length(); };
  // Where one phase is no such phase, or took so long that two bends may have been taken for one, the phases of all
  // others may have changed places as well.
  bool doubted = !stands_out || starts_late;
  const double longest_s = most_phases * spec.phase.value;
  BendEdges now;
  now.standing = sample(0);
  std::int64_t since = 0;
  for (std::int64_t i = 1; i < std::ssize(path); ++i) {
    const int before = path[static_cast<std::size_t>(i - 1)], state = path[static_cast<std::size_t>(i)];
    if (state == before) continue;
    const double took_s = static_cast<double>((i - since) * look) / tick_rate.value;
    doubted |= !best->fits(before, since, i) || (before != 0 && took_s > longest_s);
    since = i;
    if (state == 1) now.bending = sample(i);
    if (state == 2) now.full = sample(i);
    if (state == 3) now.returning = sample(i);
    if (state != 0) continue;
    now.end = sample(i);
    found.push_back({now, false});
    now = {.standing = now.end};
  }
  for (ActivityBend& b : found) b.uncertain = doubted;
  return found;
}

}  // namespace unguard
