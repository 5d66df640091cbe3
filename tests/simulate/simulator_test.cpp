// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/simulator.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "unguard/simulate/scenario.hpp"

namespace unguard {
namespace {

constexpr const char* all_names[] = {"rest", "healthy", "guarded", "contaminated"};
constexpr int channels = paraspinal_channels;

std::uint64_t hash(const std::vector<double>& x) {
  std::uint64_t h = 14695981039346656037ULL;
  for (double v : x) h = (h ^ std::bit_cast<std::uint64_t>(v)) * 1099511628211ULL;
  return h;
}

double rms(const std::vector<double>& x, int channel, SampleIndex begin, SampleIndex end) {
  double sum = 0;
  for (std::int64_t i = begin.value; i < end.value; ++i) {
    const double v = x[static_cast<std::size_t>(i * channels + channel)];
    sum += v * v;
  }
  return std::sqrt(sum / static_cast<double>(end - begin));
}

// Truth: the law that the spec decides every bit.
TEST(Simulator, SameSeedSameBitsAnotherSeedOtherBits) {
  for (auto name : all_names) {
    const Simulated a = simulate(scenario(name, {60}, 5)), b = simulate(scenario(name, {60}, 5)),
                    c = simulate(scenario(name, {60}, 6));
    EXPECT_EQ(hash(a.data), hash(b.data)) << name;
    EXPECT_EQ(hash(a.clean), hash(b.clean)) << name;
    EXPECT_EQ(a.angle, b.angle) << name;
    EXPECT_EQ(a.truth, b.truth) << name;
    EXPECT_NE(hash(a.data), hash(c.data)) << name;
    EXPECT_NE(hash(a.clean), hash(c.clean)) << name;
    EXPECT_NE(a.truth, c.truth) << name;
  }
}

// Truth: the law of independent streams: whatever is added beside the EMG, its bits and its truth stay.
TEST(Simulator, NoDisturbanceChangesTheEmg) {
  const Paraspinal bare = scenario("rest", {60}, 3);
  const Simulated plain = simulate(bare);
  const Paraspinal full = scenario("contaminated", {60}, 3);
  std::vector<Paraspinal> with(6, bare);
  with[0].ecg = full.ecg;
  with[1].mains = full.mains;
  with[2].motion = full.motion;
  with[3].lead_off = full.lead_off;
  with[4].sensor_noise = {Microvolts{0.5}};
  with[4].digitiser.reset();
  with[5] = full;
  for (std::size_t i = 0; i < with.size(); ++i) {
    const Simulated s = simulate(with[i]);
    EXPECT_EQ(hash(s.clean), hash(plain.clean)) << i;
    EXPECT_EQ(s.truth.events, plain.truth.events) << i;
    EXPECT_NE(hash(s.data), hash(plain.data)) << i;
  }
  // Nor one disturbance another: without a converter, what the heart adds is the same with and without mains.
  for (auto& s : with) s.digitiser.reset();
  Paraspinal both = with[0];
  both.mains = full.mains;
  const Simulated none = simulate(with[4]), heart = simulate(with[0]), mains = simulate(with[1]), sum = simulate(both);
  for (std::size_t i = 0; i < none.data.size(); ++i)
    ASSERT_NEAR(sum.data[i] - mains.data[i], heart.data[i] - none.data[i], 1e-12);
}

// Truth: the law: any partition of the stream gives the bits of the whole.
TEST(Simulator, AnyCutGivesTheSameBits) {
  for (auto name : all_names) {
    Paraspinal spec = scenario(name, {45}, 8, {1000});
    spec.resting_units = RestingUnits{.longest = {4}, .mean_pause = {2}, .after = {2}};
    spec.level_drift = LevelDrift{.form = DriftForm::walk, .period = {3}};
    const Simulated whole = simulate(spec);
    ASSERT_FALSE(whole.truth.trains.empty());
    for (unsigned seed = 1; seed <= 10; ++seed) {
      std::mt19937 cuts(seed);
      Simulator simulator = start_simulator(spec);
      std::vector<double> data(whole.data.size()), clean(whole.data.size()), angle(whole.angle.size());
      for (std::int64_t at = 0; at < whole.frames;) {
        const std::int64_t sizes[] = {0, 1, 2, 3, 7, 31, 32, 127, 1009, 7919};
        const std::int64_t n = std::min(sizes[cuts() % 10], whole.frames - at);
        const auto offset = static_cast<std::size_t>(at * channels);
        ASSERT_EQ(
            simulator.generate({data.data() + offset, n, channels}, {clean.data() + offset, n, channels},
                               std::span(angle).subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(n))),
            Status::ok);
        at += n;
      }
      EXPECT_EQ(hash(data), hash(whole.data)) << name << ", seed of the cuts " << seed;
      EXPECT_EQ(hash(clean), hash(whole.clean)) << name << ", seed of the cuts " << seed;
      EXPECT_EQ(angle, whole.angle) << name << ", seed of the cuts " << seed;
    }
  }
}

// Truth: the law that a copy is the original, and that what is not asked for changes nothing.
TEST(Simulator, ACopyGoesOnAsTheOriginalWouldAndTheSideOutputsAreOptional) {
  const Paraspinal spec = scenario("contaminated", {30}, 8);
  const Simulated whole = simulate(spec);
  Simulator original = start_simulator(spec);
  std::vector<double> a(whole.data.size());
  ASSERT_EQ(original.generate({a.data(), 12345, channels}), Status::ok);
  Simulator copy = original;
  std::vector<double> b = a;
  const std::int64_t rest = original.frames_left();
  ASSERT_EQ(original.generate({a.data() + 12345 * channels, rest, channels}), Status::ok);
  ASSERT_EQ(copy.generate({b.data() + 12345 * channels, rest, channels}), Status::ok);
  EXPECT_EQ(hash(a), hash(whole.data));
  EXPECT_EQ(hash(b), hash(whole.data));
}

// Truth: the spec. T = 300 s of rest; relative standard error of the RMS 1 / (2 sqrt(103 Hz T)) = 0.28 %, less for
// noise.
TEST(Simulator, RestHasTheLevelsOfTheSpec) {
  Paraspinal spec = scenario("rest", {300}, 2);
  spec.rest_events = {.spikes = 0, .bursts = 0, .tonics = 0};
  spec.resting = {{1}, {2}, {3}, {1.5}};
  const Simulated s = simulate(spec);
  EXPECT_TRUE(s.truth.events.empty());
  for (int c = 0; c < channels; ++c) {
    const double level = spec.resting.at(c).value;
    EXPECT_NEAR(rms(s.clean, c, {0}, {s.frames}), level, level * 4.5 * 0.0028) << c;
    EXPECT_NEAR(rms(s.data, c, {0}, {s.frames}), resting_background(spec, c).value, level * 4.5 * 0.0028) << c;
  }
}

// Truth: level and SNR of every event, against its own EMG: the record less the same record without events. Tonic
// stretches of up to 60 s, about 2500 s in all: standard error of the pooled ratio 0.1 %, bound 0.5 %.
TEST(Simulator, EventsHaveTheLevelAndTheSnrOfTheTruth) {
  Paraspinal spec = scenario("rest", {1000}, 4, {1000});
  spec.rest_events = {.spikes = 0, .bursts = 0, .shape = RampShape::step};
  spec.rest_events.longest_tonic = {60};
  const Simulated with = simulate(spec);
  spec.rest_events.tonics = 0;
  const Simulated without = simulate(spec);
  double power = 0, samples = 0, product = 0;
  for (const auto& e : with.truth.events) {
    for (std::int64_t i = e.onset.value; i < e.offset.value; ++i) {
      const auto k = static_cast<std::size_t>(i * channels + e.channel);
      const double x = (with.clean[k] - without.clean[k]) / e.level.value;
      power += x * x;
      product += x * without.clean[k] / spec.resting.at(e.channel).value;
    }
    samples += static_cast<double>(e.offset - e.onset);
    EXPECT_NEAR(20 * std::log10(e.level / resting_background(spec, e.channel)), e.snr_dB, 1e-9);
    EXPECT_GE(e.snr_dB, 10);
  }
  ASSERT_GT(samples, 1500 * 1000);
  EXPECT_NEAR(std::sqrt(power / samples), 1, 0.005);
  EXPECT_NEAR(product / samples, 0, 0.01);  // independent of the resting EMG, so that powers add
  // Outside of the events the two records are one.
  std::vector<char> inside(with.clean.size());
  for (const auto& e : with.truth.events)
    for (std::int64_t i = e.onset.value; i < e.offset.value; ++i)
      inside[static_cast<std::size_t>(i * channels + e.channel)] = 1;
  for (std::size_t k = 0; k < inside.size(); ++k)
    if (!inside[k]) {
      ASSERT_EQ(with.clean[k], without.clean[k]);
    }
}

// Truth: independence. T = 300 s: the correlation of two channels is 0 within 4.5 / sqrt(2 B_s T) = 0.018.
TEST(Simulator, ChannelsAreIndependent) {
  Paraspinal spec = scenario("rest", {300}, 21);
  spec.rest_events = {.spikes = 0, .bursts = 0, .tonics = 0};
  spec.digitiser.reset();
  const Simulated s = simulate(spec);
  for (int a = 0; a < channels; ++a)
    for (int b = 0; b < a; ++b) {
      double emg = 0, noise = 0;
      for (std::int64_t i = 0; i < s.frames; ++i) {
        const auto p = static_cast<std::size_t>(i * channels + a), q = static_cast<std::size_t>(i * channels + b);
        emg += s.clean[p] * s.clean[q];
        noise += (s.data[p] - s.clean[p]) * (s.data[q] - s.clean[q]);
      }
      const double n = static_cast<double>(s.frames);
      EXPECT_NEAR(emg / n / (spec.resting.at(a).value * spec.resting.at(b).value), 0, 0.018) << a << " and " << b;
      EXPECT_NEAR(noise / n / 0.25, 0, 4.5 / std::sqrt(n)) << a << " and " << b;
    }
}

// Truth: the definition in truth.hpp.
TEST(Simulator, EventsOfAChannelNeverOverlapAndLieInTheRecord) {
  for (auto name : all_names) {
    const Simulated s = simulate(scenario(name, {200}, 9, {500}));
    std::vector<SampleIndex> last(channels, SampleIndex{-1});
    SampleIndex onset{-1};
    for (const auto& e : s.truth.events) {
      EXPECT_GE(e.onset, onset) << name;
      onset = e.onset;
      EXPECT_LT(e.onset, e.offset) << name;
      EXPECT_LE(e.offset.value, s.frames) << name;
      if (e.kind == EventKind::guarding || e.kind == EventKind::spike_on_bending) continue;
      EXPECT_GT(e.onset, last[static_cast<std::size_t>(e.channel)]) << name;
      last[static_cast<std::size_t>(e.channel)] = e.offset - 1;
    }
    EXPECT_FALSE(s.truth.events.empty());
    EXPECT_EQ(s.truth.phases.front().begin, SampleIndex{0});
    EXPECT_EQ(s.truth.phases.back().end, SampleIndex{s.frames});
  }
}

// Truth: the pattern: healthy backs are at their resting level in full flexion; guarded ones show the patients' pooled
// ratio, bend over full flexion 2.96 (2.02 to 3.90, Gouteron et al. 2022).
TEST(Simulator, HealthyBacksFallSilentInFullFlexionAndGuardedOnesDoNot) {
  for (auto name : {"healthy", "guarded"}) {
    const Paraspinal spec = scenario(name, {300}, 12);
    const Simulated s = simulate(spec);
    for (int c = 0; c < channels; ++c) {
      double full = 0, back = 0, n = 0;
      for (const auto& p : s.truth.phases) {
        const double r = rms(s.clean, c, p.begin + 1000, p.end - 1000);
        if (p.phase == Context::full_flexion) {
          full += r;
          ++n;
        }
        if (p.phase == Context::returning) back += r;
      }
      full /= n;
      back /= n;
      if (std::string_view(name) == "healthy") {
        EXPECT_NEAR(full, spec.resting.at(c).value, 0.05 * spec.resting.at(c).value);
        EXPECT_LT(full, 0.1 * back);
      } else {
        EXPECT_NEAR(full, 10, 1);
        EXPECT_GT(full, 0.2 * back);
        EXPECT_NEAR(30 / full, 2.96, 0.3);
      }
    }
    EXPECT_EQ(s.truth.silences.empty(), std::string_view(name) == "guarded");
    const double widest = *std::max_element(s.angle.begin(), s.angle.end());
    EXPECT_EQ(widest, std::string_view(name) == "guarded" ? 60 : 100);
  }
}

// Truth: the converter's definition: whole steps; and uniform rounding error, step / sqrt(12), n = 480000.
TEST(Simulator, DataLieOnTheGridOfTheConverter) {
  Paraspinal spec = scenario("rest", {60}, 2);
  spec.digitiser = Digitiser{.step = {0.25}};
  const Simulated s = simulate(spec);
  spec.digitiser.reset();
  const Simulated exact = simulate(spec);
  double error = 0;
  for (std::size_t i = 0; i < s.data.size(); ++i) {
    ASSERT_EQ(s.data[i], 0.25 * std::round(s.data[i] / 0.25));
    error += (s.data[i] - exact.data[i]) * (s.data[i] - exact.data[i]);
  }
  EXPECT_NEAR(std::sqrt(error / static_cast<double>(s.data.size())), 0.25 / std::sqrt(12), 0.001);
  EXPECT_EQ(s.format.converter.step, Microvolts{0.25});
  EXPECT_FALSE(exact.format.converter.step.has_value());
}

// Truth: the rails of the spec.
TEST(Simulator, NothingLeavesTheRails) {
  Paraspinal spec = scenario("contaminated", {60}, 2);
  spec.digitiser = Digitiser{.step = {1}, .low_rail = {-8010}, .high_rail = {12010}};
  const Simulated s = simulate(spec);
  EXPECT_EQ(*std::min_element(s.data.begin(), s.data.end()), -8010);
  EXPECT_EQ(*std::max_element(s.data.begin(), s.data.end()), 12010);
}

// Truth: the definition: a flat input is one code; an open one shows mains of the stated level and no muscle.
TEST(Simulator, LostContactIsFlatOrHum) {
  const Paraspinal spec = scenario("contaminated", {300}, 2);
  const Simulated s = simulate(spec);
  int flat = 0, hum = 0;
  for (const auto& d : s.truth.disturbances) {
    if (!(d.reasons & mark::lead_off)) continue;
    ASSERT_LT(d.begin, d.end);
    ASSERT_LE(d.end.value, s.frames);
    if (d.reasons & mark::hum) {
      ++hum;
      EXPECT_NEAR(rms(s.data, d.channel, d.begin, d.end), 500 * std::sqrt(1 + 0.09 + 0.04), 15);
    } else {
      ++flat;
      for (std::int64_t i = d.begin.value; i < d.end.value; ++i)
        ASSERT_EQ(s.data[static_cast<std::size_t>(i * channels + d.channel)], 0);
    }
    // Before it and behind it the electrode offset is back.
    for (std::int64_t i : {d.begin.value - 1, d.end.value})
      EXPECT_GT(std::fabs(s.data[static_cast<std::size_t>(i * channels + d.channel)]), 5000);
  }
  EXPECT_GT(flat, 2);
  EXPECT_GT(hum, 2);
}

// Truth: the R peaks of the truth; averaged over the beats of a minute of otherwise bare record, per-channel heights.
TEST(Simulator, TheHeartBeatsInEveryChannelWithItsOwnHeight) {
  Paraspinal spec = scenario("rest", {60}, 2);
  spec.rest_events = {.spikes = 0, .bursts = 0, .tonics = 0};
  spec.digitiser.reset();
  const Simulated bare = simulate(spec);
  spec.ecg = EcgArtefact{.r_peak = {{30}, {-20}, {12}, {0}}};
  const Simulated s = simulate(spec);
  ASSERT_EQ(s.truth.r_peaks.size(), s.truth.r_peak_times.size());
  EXPECT_NEAR(static_cast<double>(s.truth.r_peaks.size()), 65, 3);
  for (std::size_t k = 0; k < s.truth.r_peaks.size(); ++k) {
    EXPECT_LE(std::fabs(static_cast<double>(s.truth.r_peaks[k].value) - s.truth.r_peak_times[k]), 0.5);
    for (int c = 0; c < channels; ++c) {
      const auto i = static_cast<std::size_t>(s.truth.r_peaks[k].value * channels + c);
      const double r = spec.ecg->r_peak.at(c).value;
      EXPECT_NEAR(s.data[i] - bare.data[i], r, std::fabs(r) * 0.02 + 1e-12);
    }
  }
}

// Truth: what the brief of a record says.
TEST(Simulator, DeclaresItsFormat) {
  const Simulated s = simulate(scenario("rest", {30}, 1));
  EXPECT_FALSE(validate(s.format).has_value());
  EXPECT_EQ(s.format.rate, Hertz{2000});
  EXPECT_EQ(s.format.channels.count(), 4);
  EXPECT_EQ(s.format.channels.find("multifidus R"), 3);
  EXPECT_EQ(s.format.converter.noise, Microvolts{0.5});
  EXPECT_EQ(s.frames, 60000);
  EXPECT_EQ(s.data.size(), 240000u);
  EXPECT_EQ(s.truth.markers.size(), 2u);
}

// Truth: the vocabulary of Status.
TEST(Simulator, AnswersWrongShapesWithAStatus) {
  Simulator s = start_simulator(scenario("rest", {30}, 1));
  std::vector<double> x(4 * 100), angle(99);
  EXPECT_EQ(s.generate({x.data(), 100, 3}), Status::wrong_channels);
  EXPECT_EQ(s.generate({x.data(), -1, 4}), Status::wrong_frames);
  EXPECT_EQ(s.generate({nullptr, 100, 4}), Status::missing_data);
  EXPECT_EQ(s.generate({x.data(), 100, 4}, {x.data(), 99, 4}), Status::wrong_frames);
  EXPECT_EQ(s.generate({x.data(), 100, 4}, {}, angle), Status::wrong_frames);
  EXPECT_EQ(s.generate({x.data(), 60001, 4}), Status::ended);
  EXPECT_EQ(s.generate({nullptr, 0, 4}), Status::ok);
  EXPECT_EQ(s.position(), SampleIndex{0});
}

std::string refusal(const Paraspinal& spec) {
  try {
    simulate(spec);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "accepted";
}

// Truth: the descriptions of the fields; every message names parameter, value and what is allowed.
TEST(Simulator, RefusesWhatItsFieldsForbid) {
  const Paraspinal good = scenario("contaminated", {60}, 1);
  const auto with = [&](auto change) {
    Paraspinal spec = good;
    change(spec);
    return refusal(spec);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(with([](Paraspinal& s) { s.rate = {100}; }), "rate is 100 Hz: expected 500 to 50000 Hz (Paraspinal.rate)");
  EXPECT_EQ(with([&](Paraspinal& s) { s.duration = {nan}; }),
            "duration is nan s: expected 1 to 604800 s (Paraspinal.duration)");
  EXPECT_EQ(with([](Paraspinal& s) { s.ecg->qrs_sigma = {0.013}; }),
            "qrs_sigma is 0.013 s: expected 0.002 to 0.007 s (EcgArtefact.qrs_sigma)");
  EXPECT_EQ(with([](Paraspinal& s) { s.rest_events.highest_snr_dB = 9; }),
            "highest_snr_dB is 9: expected at least lowest_snr_dB, 10 (RestEvents.highest_snr_dB)");
  EXPECT_EQ(with([](Paraspinal& s) {
              s.resting = {{1}, {2}};
            }),
            "resting is [1 uV, 2 uV]: expected one value, or one for each of the 4 channels (Paraspinal.resting)");
  for (auto change : std::initializer_list<void (*)(Paraspinal&)>{
           [](Paraspinal& s) { s.seed = -1; }, [](Paraspinal& s) { s.resting = {Microvolts{-1}}; },
           [](Paraspinal& s) { s.resting = {Microvolts{0}}, s.sensor_noise = {Microvolts{0}}; },
           [](Paraspinal& s) { s.rest_events.mean_gap = {0.7}; },
           [](Paraspinal& s) { s.rest_events.shortest_gap = {0.1}; },
           [](Paraspinal& s) { s.bending.full_flexion = {500}; }, [](Paraspinal& s) { s.bending.highest_spike = 1.6; },
           [](Paraspinal& s) { s.bending.spikes = 99; }, [](Paraspinal& s) { s.mains->frequency = {400}; },
           [](Paraspinal& s) {
             s.mains->level = {{1}, {2}, {3}};
           },
           [](Paraspinal& s) {
             s.ecg->r_peak = {{1}, {2}, {3}, {4}, {5}};
           },
           [](Paraspinal& s) { s.motion->tug_longest = {0.01}; }, [](Paraspinal& s) { s.lead_off->longest = {0.5}; },
           [](Paraspinal& s) { s.digitiser->step = {0}; },
           [](Paraspinal& s) { s.digitiser->low_rail = s.digitiser->high_rail = {0}; },
           [](Paraspinal& s) { s.task = static_cast<ParaspinalTask>(7); },
           [](Paraspinal& s) { s.task = ParaspinalTask::bending, s.duration = {30}; }})
    EXPECT_NE(with(change), "accepted");
  EXPECT_EQ(refusal(good), "accepted");
}

// Truth: the list of names.
TEST(Scenario, RefusesANameItDoesNotKnow) {
  EXPECT_THROW(scenario("reset", {60}, 1), ConfigError);
  for (auto name : all_names) EXPECT_TRUE(try_simulator(scenario(name, {60}, 1)).has_value()) << name;
}

}  // namespace
}  // namespace unguard
