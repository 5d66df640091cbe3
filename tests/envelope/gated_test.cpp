// SPDX-License-Identifier: Apache-2.0
// Truth: the definition over the samples that are left; the ungated envelope where none is left out; and the level and
// scatter of steady noise.
#include "unguard/envelope/gated.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/core/median.hpp"
#include "unguard/envelope/adaptive_rms.hpp"
#include "unguard/envelope/bayesian_envelope.hpp"
#include "unguard/envelope/moving_median.hpp"
#include "unguard/envelope/whitened_rms.hpp"
#include "unguard/envelope/whitening_calibrator.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(1)};

struct Answer {
  std::vector<double> y{};
  std::vector<Marks> marks{};
};
template <class S>
Answer through(const Gated<S>& spec, const std::vector<double>& x, const std::vector<Marks>& marks) {
  Answer a{std::vector<double>(x.size()), std::vector<Marks>(x.size())};
  auto live = start(spec, format);
  const auto n = static_cast<std::int64_t>(x.size());
  EXPECT_EQ(live.process({x.data(), n, 1, marks.data()}, {a.y.data(), n, 1, a.marks.data()}), Status::ok);
  return a;
}
std::vector<double> noise(std::size_t n, double uV = 20) {
  RandomStream random(311, "noise");
  std::vector<double> x(n);
  for (double& v : x) v = uV * random.normal();
  return x;
}

template <class S>
void is_the_ungated(const S& envelope) {
  const auto x = noise(5000);
  const Answer a = through(Gated<S>{envelope}, x, std::vector<Marks>(x.size()));
  std::vector<double> y(x.size());
  std::vector<Marks> marks(x.size());
  auto live = start(envelope, format);
  ASSERT_EQ(live.process({x.data(), 5000, 1}, {y.data(), 5000, 1, marks.data()}), Status::ok);
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_NEAR(a.y[i], y[i], 1e-12 * (1 + y[i])) << i;
    // Only what the envelope itself says of its level.
    ASSERT_EQ(a.marks[i], marks[i]) << i;
    ASSERT_EQ(a.marks[i] & ~mark::low_snr, 0) << i;
  }
}

TEST(Gated, IsTheEnvelopeWhereNothingIsLeftOut) {
  is_the_ungated(Rms{});
  is_the_ungated(Arv{});
  is_the_ungated(TwoPole{});
  is_the_ungated(TwoPole{.detection = Detection::power});
  is_the_ungated(LinearEnvelope{.order = 4});
  is_the_ungated(ExponentialEnvelope{});
  is_the_ungated(TkeoEnvelope{});
  is_the_ungated(MovingMedian{});
  is_the_ungated(BayesianEnvelope{});
  is_the_ungated(AdaptiveRms{});
}

// Truth: the median of the magnitudes that are left of each window.
TEST(Gated, MedianIsThatOfWhatIsLeft) {
  const auto x = noise(4000);
  constexpr std::size_t window = 120;
  std::vector<Marks> marks(x.size());
  for (std::size_t i = 500; i < x.size(); ++i)
    if (i % 700 < 250 || i % 97 == 0) marks[i] = mark::jump;
  const Answer a = through(Gated<MovingMedian>{{60_ms}}, x, marks);
  int withheld = 0;
  for (std::size_t i = window; i < x.size(); ++i) {
    std::vector<double> left;
    for (std::size_t k = i + 1 - window; k <= i; ++k)
      if (!marks[k]) left.push_back(std::fabs(x[k]));
    ASSERT_EQ((a.marks[i] & mark::missing) != 0, 2 * left.size() < window) << i;
    ASSERT_EQ((a.marks[i] & mark::gated) != 0, left.size() < window) << i;
    withheld += 2 * left.size() < window;
    ASSERT_EQ(a.y[i], left.empty() ? 0 : median(left.begin(), left.end())) << i;
  }
  EXPECT_GT(withheld, 20);
}

// Truth: the level that was put in. A third of the samples are artefacts of fifty times its size, marked; of the levels
// that are said, none is made of them.
template <class S>
void does_not_see_what_is_marked(const S& envelope) {
  auto x = noise(200000);
  std::vector<Marks> marks(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    if (i % 600 < 200) marks[i] = mark::jump, x[i] *= 50;
  const Answer gated = through(Gated<S>{envelope}, x, marks);
  double sum = 0, highest = 0;
  int counted = 0;
  for (std::size_t i = 10000; i < x.size(); ++i) {
    if (gated.marks[i] & mark::missing) continue;
    sum += gated.y[i];
    ++counted;
    highest = std::max(highest, gated.y[i]);
  }
  std::printf("[ measured ] %s: mean %.4f of the truth, at most %.3f, %.0f %% of the time\n",
              std::string(info_of<S>().name).c_str(), sum / counted / 20, highest / 20, counted / 1900.0);
  EXPECT_NEAR(sum / counted / 20, 1, 0.02);
  EXPECT_LT(highest, 30);
  EXPECT_GT(counted, 90000);
}

TEST(Gated, LevelsThatAdaptDoNotSeeWhatIsMarked) {
  does_not_see_what_is_marked(BayesianEnvelope{.likelihood = Likelihood::gaussian, .bandwidth = 1000_Hz});
  does_not_see_what_is_marked(AdaptiveRms{.bandwidth = 1000_Hz});
  const auto contraction = noise(20000), rest = noise(20000, 2);
  for (const WhiteningKind kind : {WhiteningKind::fixed, WhiteningKind::adaptive}) {
    const auto calibration = *try_calibrate_whitening(WhiteningCalibrator{}, {contraction.data(), 20000, 1},
                                                      {rest.data(), 20000, 1}, format, "");
    const WhitenedRms whitened{.kind = kind, .whitening = calibration};
    does_not_see_what_is_marked(whitened);
    is_the_ungated(whitened);
  }
}

// Truth: sums over the impulse response of each smoother, sample by sample.
template <class S, class Of>
void is_the_definition(const S& envelope, Of&& statistic, std::int64_t reach_back) {
  const auto x = noise(4000);
  const std::int64_t n = 4000, tail = 10;
  std::vector<Marks> marks(x.size());
  for (std::size_t i = 500; i < x.size(); ++i)
    if (i % 700 < 250 || i % 97 == 0) marks[i] = mark::jump;
  std::vector<double> h(x.size()), g(x.size()), w(x.size());
  h[0] = 1;
  auto kernel = *make_kernel(envelope, format);
  kernel.run(h.data(), h.data(), n);
  const bool power = roots_power(envelope);
  if (std::same_as<S, TkeoEnvelope>)  // one sample late, which is the energy's
    h.erase(h.begin()), h.push_back(0);
  if (power)
    for (double& v : h) v *= v;
  for (std::int64_t i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    w[k] = 1;
    for (std::int64_t back = 0; back <= tail + reach_back && back <= i; ++back)
      if (marks[static_cast<std::size_t>(i - back)]) w[k] = 0;
    g[k] = statistic(x, i);
  }
  const Answer a = through(Gated<S>{envelope, 0.5, 5_ms}, x, marks);
  int withheld = 0;
  for (std::int64_t i = 0; i < n; i += 7) {
    double sum = 0, share = 0;
    for (std::int64_t k = 0; k <= i; ++k) {
      const auto j = static_cast<std::size_t>(i - k);
      sum += h[static_cast<std::size_t>(k)] * w[j] * g[j];
      share += h[static_cast<std::size_t>(k)] * w[j];
    }
    for (std::int64_t k = i + 1; k < n; ++k) share += h[static_cast<std::size_t>(k)];  // before the stream
    const auto at = static_cast<std::size_t>(i);
    const double level = power ? std::sqrt(sum / share) : sum / share;
    if (share >= 0.5) {
      ASSERT_NEAR(a.y[at], level, 1e-7 * (1 + level)) << to_text(envelope) << " at " << i;
    }
    if (std::fabs(share - 0.5) > 1e-6) {
      ASSERT_EQ((a.marks[at] & mark::missing) != 0, share < 0.5) << i << " " << share;
      ASSERT_EQ((a.marks[at] & mark::jump) != 0, share < 0.5) << i;
    }
    if (std::fabs(std::fabs(share - 1) - 1e-4) > 1e-6) {
      ASSERT_EQ((a.marks[at] & mark::gated) != 0, std::fabs(share - 1) > 1e-4) << i;
    }
    withheld += share < 0.5;
  }
  EXPECT_GT(withheld, 20) << to_text(envelope);
}

TEST(Gated, IsTheDefinitionOverWhatIsLeft) {
  const auto square = [](const std::vector<double>& x, std::int64_t i) {
    return x[static_cast<std::size_t>(i)] * x[static_cast<std::size_t>(i)];
  };
  const auto size = [](const std::vector<double>& x, std::int64_t i) {
    return std::fabs(x[static_cast<std::size_t>(i)]);
  };
  const auto energy = [&](const std::vector<double>& x, std::int64_t i) {
    const auto at = [&](std::int64_t k) { return k < 0 ? 0 : x[static_cast<std::size_t>(k)]; };
    return std::fabs(at(i - 1) * at(i - 1) - at(i) * at(i - 2));
  };
  is_the_definition(Rms{.window = 60_ms}, square, 0);
  is_the_definition(Arv{.window = 60_ms}, size, 0);
  is_the_definition(TwoPole{.window = 60_ms}, size, 0);
  is_the_definition(TwoPole{.window = 60_ms, .detection = Detection::power}, square, 0);
  is_the_definition(LinearEnvelope{.window = 60_ms}, size, 0);
  is_the_definition(ExponentialEnvelope{.time_constant = 30_ms}, square, 0);
  is_the_definition(TkeoEnvelope{.window = 60_ms}, energy, 2);
}

// Truth: the level that was put in. 30 % is left out, at random or in pieces of 50 ms that come at random; sigma^2 of
// the level is 1 / (2 nu), nu = 2 B_s T of what is left of the window, each time by its own share.
template <class S>
void is_honest(const S& envelope, double piece_s, bool white) {
  constexpr double rate = 2000;
  constexpr int count = 10000;
  const auto piece = static_cast<std::int64_t>(std::max(1.0, piece_s * rate));
  const Smoothing smooth = *smoothing(envelope, {rate});
  const auto emg = carrier_sections(corners(CarrierPreset::limb), {rate}), band = *design(Bandpass{}, {rate});
  double area = 0, squares = 0;
  for (double f = 0.25; f < rate / 2; f += 0.5) {
    const double p = white ? 2 / rate : std::norm(response(emg, {f}, {rate}) * response(band, {f}, {rate})) * 2 / rate;
    area += p * 0.5;
    squares += p * p * 0.5;
  }
  Carrier carrier(corners(CarrierPreset::limb), {rate}, RandomStream(312, "emg"));
  RandomStream random(313, "marks"), plain(314, "white");
  auto filter = start(Bandpass{}, format);
  auto live = start(Gated<S>{envelope, 0.3}, format);
  const auto step =
      static_cast<std::int64_t>(std::llround(2 * smooth.window.value * rate / static_cast<double>(piece)) + 1) * piece;
  std::vector<double> x(static_cast<std::size_t>(step)), y(x.size());
  std::vector<Marks> in(x.size()), out(x.size());
  std::vector<double> w(x.size()), share(x.size());
  auto weights = *make_kernel(envelope, format);
  double sum = 0, z2 = 0, withheld = 0, left = 0;
  for (int i = -4; i < count; ++i) {
    for (double& v : x) v = white ? plain.normal() : carrier.next();
    if (!white) filter.process({x.data(), step, 1}, {x.data(), step, 1});
    for (std::int64_t k = 0; k < step; k += piece)
      std::fill_n(in.begin() + k, piece, random.uniform() < 0.3 ? mark::heart : mark::none);
    for (std::size_t k = 0; k < x.size(); ++k)
      if (in[k]) x[k] = 1e4;  // the heart, or whatever it was
    live.process({x.data(), step, 1, in.data()}, {y.data(), step, 1, out.data()});
    for (std::size_t k = 0; k < x.size(); ++k) w[k] = in[k] ? 0 : 1;
    weights.run(w.data(), share.data(), step);
    if (i < 0) continue;
    if (out.back() & mark::missing) {
      ++withheld;
      continue;
    }
    const double s = roots_power(envelope) ? share.back() * share.back() : share.back();
    const double freedom = 2 * area * area / squares * smooth.window.value * s;
    // The mean of a root lies 1 / (4 nu) below the root of the mean.
    const double level = y.back() / std::sqrt(area), expected = 1 - 1 / (4 * freedom);
    sum += level / expected;
    z2 += (level - expected) * (level - expected) * 2 * freedom;
    left += s;
  }
  const double valid = count - withheld, bias = sum / valid - 1, scatter = std::sqrt(z2 / valid);
  std::printf(
      "[ measured ] %s, 30 %% left out in pieces of %g ms: bias %+.3f %%, scatter %.3f of what is left says, mean "
      "share "
      "%.3f, %.1f %% withheld, %d levels\n",
      to_text(envelope).c_str(), 1000 * piece_s, 100 * bias, scatter, left / valid, 100 * withheld / count, count);
  EXPECT_NEAR(bias, 0, 0.01);
  EXPECT_NEAR(scatter, 1, 0.05);
  EXPECT_LT(withheld, 0.2 * count);
}

TEST(Gated, IsUnbiasedAndAsSteadyAsWhatIsLeftSays) {
  is_honest(Rms{.window = 250_ms}, 0, true);
  is_honest(TwoPole{.window = 250_ms, .detection = Detection::power}, 0, true);
  is_honest(ExponentialEnvelope{.time_constant = 125_ms}, 0, true);
  is_honest(Rms{.window = 500_ms}, 0.05, false);
}

// A mark on the first sample, on the last, on all, on none but one.
TEST(Gated, KnowsTheEnds) {
  const auto x = noise(1000, 1);
  std::vector<Marks> marks(1000);
  marks.front() = marks.back() = mark::clipped;
  Answer a = through(Gated<Rms>{{.window = 50_ms}}, x, marks);
  EXPECT_EQ(a.marks[0], mark::gated);
  EXPECT_EQ(a.marks[99], mark::gated);
  EXPECT_EQ(a.marks[100], mark::none);
  EXPECT_EQ(a.marks[998], mark::none);
  EXPECT_EQ(a.marks[999], mark::gated);
  EXPECT_EQ(a.y[0], 0);
  a = through(Gated<Rms>{{.window = 50_ms}}, x, std::vector<Marks>(1000, mark::lead_off));
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_EQ(a.y[i], 0) << i;
    ASSERT_EQ(a.marks[i], mark::gated | mark::missing | mark::lead_off) << i;
  }
}

// What is found late was there before: no sample of before counts any more.
TEST(Gated, BeginsAnewBehindWhatIsFoundLate) {
  auto x = noise(2000, 1);
  std::vector<Marks> marks(2000);
  for (std::size_t i = 900; i < 1100; ++i) x[i] = 1000;
  for (std::size_t i = 1000; i < 1100; ++i) marks[i] = mark::motion;
  const Answer a = through(Gated<Rms>{{.window = 250_ms}}, x, marks);
  EXPECT_FALSE(a.marks[999] & mark::missing);
  for (std::size_t i = 1000; i < 1349; ++i) ASSERT_TRUE(a.marks[i] & mark::missing) << i;
  for (std::size_t i = 1350; i < 2000; ++i) {
    ASSERT_FALSE(a.marks[i] & mark::missing) << i;
    ASSERT_NEAR(a.y[i], 1, 0.2) << i;
  }
}

TEST(Gated, RefusesWhatItsEnvelopeRefuses) {
  EXPECT_EQ(why(try_start(Gated<Rms>{{.window = 0.1_ms}}, format)),
            "window is 0.0001 s: expected at least one sample, 0.0005 s (Rms.window)");
  EXPECT_EQ(why(try_start(Gated<Rms>{{.window = {-1}}}, format)),
            "window is -1 s: expected 1e-06 to 3600 s (Rms.window)");
  EXPECT_EQ(why(try_start(Gated<Rms>{{}, 0}, format)), "least_share is 0: expected 0.01 to 1 (Gated.least_share)");
  EXPECT_EQ(why(try_start(Gated<TkeoEnvelope>{{.window = 0.1_ms}}, format)),
            "window is 0.0001 s: expected at least one sample, 0.0005 s (TkeoEnvelope.window)");
}

}  // namespace
}  // namespace unguard
