// SPDX-License-Identifier: Apache-2.0
// Truth: beats that were put in, closed forms of their singular values, and the simulated EMG alone.
#include "unguard/denoise/pca_subtraction.hpp"

#include <gtest/gtest.h>

#include "denoise/offline_heart.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"

namespace unguard {
namespace {

using hearts::Mix;

TEST(PcaSubtraction, LeavesTheMuscle) {
  // Bars: those of the live method.
  const double bars[2][3] = {{5, 8, 12}, {3, 5, 8}};
  const double ratios[] = {10, 0, -10};
  const Microvolts levels[] = {{2.5}, {20}};
  for (int l = 0; l < 2; ++l)
    for (int r = 0; r < 3; ++r) {
      const auto q = hearts::measured(PcaSubtraction{}, levels[l], ratios[r]);
      EXPECT_LE(q.treated.error, bars[l][r]) << levels[l].value << " uV, " << ratios[r] << " dB";
      EXPECT_LE(q.treated.lost, 5) << levels[l].value << " uV, " << ratios[r] << " dB";
      EXPECT_LT(q.treated.error, q.none.error);
      if (ratios[r] < 0) {
        EXPECT_LT(q.treated.error, q.high_pass_30.error);
      }
    }
}

TEST(PcaSubtraction, WorksAtAnyRate) {
  for (const double rate : {250.0, 500.0, 1000.0, 4000.0}) {
    const hearts::Mix m{.rate = {rate}, .emg_over_ecg_dB = -10, .seed = 511};
    const auto mixed = hearts::mix(m);
    const auto alone = hearts::in_band(mixed.emg, 1, m.rate);
    const auto q =
        hearts::quality(hearts::in_band(hearts::treated(PcaSubtraction{}, m, mixed.x), 1, m.rate), alone, m.rate);
    std::printf("[ MEASURED ] PcaSubtraction, %g Hz, -10 dB: error %.1f %%, EMG lost %.1f %%\n", rate, q.error, q.lost);
    EXPECT_LE(q.error, 10) << rate;  // untreated 270 %
  }
}

TEST(PcaSubtraction, LeavesAloneWhatItMust) { hearts::leaves_alone_what_it_must(PcaSubtraction{}); }
TEST(PcaSubtraction, ScalesAndKeepsChannelsApart) { hearts::scales_and_keeps_channels_apart(PcaSubtraction{}); }
TEST(PcaSubtraction, TakesLittleWhereThereIsNoHeart) {
  const double lost = hearts::lost_without_a_heart(PcaSubtraction{});
  EXPECT_GE(lost, 0);
  EXPECT_LE(lost, 3);
}

// Beats of a known mean and two shapes by which they differ, of known sizes, in white noise of 1.
struct Shapes {
  Eigen::MatrixXd beats, muscle;
  Eigen::RowVectorXd mean, a, b;
  double s_a = 0, s_b = 0;
};
Shapes shapes(double first, double second) {
  const Eigen::Index n = 200, length = 300;
  RandomStream random(7, "shapes");
  Shapes s;
  s.beats.resize(n, length);
  s.muscle.resize(n, length);
  s.mean = s.a = s.b = Eigen::RowVectorXd(length);
  for (Eigen::Index i = 0; i < length; ++i) {
    const double t = 2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(length);
    s.mean(i) = 40 * std::sin(t);
    s.a(i) = std::sqrt(2 / static_cast<double>(length)) * std::sin(2 * t);
    s.b(i) = std::sqrt(2 / static_cast<double>(length)) * std::sin(3 * t);
  }
  for (Eigen::Index k = 0; k < n; ++k) {
    // Of mean 0 and at right angles over all beats.
    const double turn = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
    s.beats.row(k) = s.mean + first * std::sin(turn) * s.a + second * std::cos(turn) * s.b;
    for (Eigen::Index i = 0; i < length; ++i) {
      s.beats(k, i) += random.normal();
      s.muscle(k, i) = random.normal();
    }
  }
  return s;
}

TEST(PcaSubtraction, FindsHowManyComponentsThereAre) {
  // Singular values of noise reach sqrt(200) + sqrt(300) = 31.5; of a shape, its size times sqrt(200 / 2).
  const struct {
    double first, second;
    int components;
  } cases[] = {{0, 0, 0}, {20, 0, 1}, {20, 10, 2}, {40, 15, 2}};
  for (const auto& c : cases) {
    const Shapes s = shapes(c.first, c.second);
    const auto ones = Eigen::VectorXd::Ones(200);
    const auto h = pca_detail::learn({s.beats, ones}, {s.muscle, ones}, {});
    ASSERT_EQ(h.components.rows(), c.components) << c.first << ", " << c.second;
    if (c.components >= 1) {
      EXPECT_GT(std::fabs(h.components.row(0).dot(s.a)), 0.98);
      EXPECT_NEAR(h.heart(0), c.first * c.first / 2, 0.15 * c.first * c.first / 2 + 3);
    }
    if (c.components >= 2) {
      EXPECT_GT(std::fabs(h.components.row(1).dot(s.b)), 0.95);
    }
    EXPECT_LT((h.mean - s.mean).norm(), 2 * std::sqrt(300.0 / 200));
  }
}

TEST(PcaSubtraction, MakesABeatAnewAsFarAsItIsHeart) {
  // Heart of variance 8 and muscle of 2 along a component: four fifths of what a beat shows are the heart's.
  pca_detail::Heartbeat h;
  h.mean = Eigen::RowVectorXd::Constant(4, 1.0);
  h.components = Eigen::MatrixXd::Zero(1, 4);
  h.components(0, 2) = 1;
  h.heart = Eigen::VectorXd::Constant(1, 8.0);
  h.muscle = Eigen::VectorXd::Constant(1, 2.0);
  Eigen::RowVectorXd beat(4);
  beat << 1, 3, 4, -5;
  EXPECT_TRUE(pca_detail::made_anew(h, beat, 1).isApprox((Eigen::RowVectorXd(4) << 1, 1, 3.4, 1).finished()));
  EXPECT_TRUE(
      pca_detail::made_anew(h, beat, 10).isApprox((Eigen::RowVectorXd(4) << 1, 1, 1 + 3 * 8.0 / 28, 1).finished()))
      << "in muscle ten times as strong";
  beat(2) = 101;
  EXPECT_TRUE(pca_detail::made_anew(h, beat, 1).isApprox((Eigen::RowVectorXd(4) << 1, 1, 100.98, 1).finished()))
      << "far out: 1 - 2 / 10,000 of it";
}

TEST(PcaSubtraction, TakesOffWhatRepeatsExactly) {
  // One shape at known samples and nothing else: nothing is left beyond the ends of what a beat holds.
  const Hertz rate{1000};
  std::vector<double> x(60000), r;
  for (int k = 0; k < 70; ++k) {
    r.push_back(400 + 830 * k + (k % 7) * 5);
    for (int i = -60; i <= 60; ++i)
      x[static_cast<std::size_t>(r.back()) + static_cast<std::size_t>(i + 60) - 60] +=
          100 * std::exp(-0.5 * (i / 7.0) * (i / 7.0));
  }
  const auto y = remove_ecg(PcaSubtraction{}, {x.data(), 60000, 1}, hearts::format_of(rate, 1), r).take();
  for (std::size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], 0, 1e-9) << i;
}

// At 150 beats a minute there is no room for muscle between beats as long as at rest.
TEST(PcaSubtraction, KnowsAFastHeart) {
  const Hertz rate{1000};
  Carrier carrier(corners(CarrierPreset::trunk), rate, RandomStream(515, "emg"));
  std::vector<double> emg(60000), r;
  for (double& v : emg) v = 2.5 * carrier.next();
  auto x = emg;
  for (int k = 0; k < 148; ++k) {
    r.push_back(400 + 400 * k + (k % 7) * 5);
    for (int i = -60; i <= 60; ++i)
      x[static_cast<std::size_t>(static_cast<std::int64_t>(r.back()) + i)] +=
          60 * std::exp(-0.5 * (i / 7.0) * (i / 7.0));
  }
  const auto alone = hearts::in_band(emg, 1, rate);
  const auto left = hearts::quality(
      hearts::in_band(remove_ecg(PcaSubtraction{}, {x.data(), 60000, 1}, hearts::format_of(rate, 1), r).take(), 1,
                      rate),
      alone, rate);
  const auto untreated = hearts::quality(hearts::in_band(x, 1, rate), alone, rate);
  std::printf("[ MEASURED ] 150 beats a minute: error %.1f %%, untreated %.1f %%\n", left.error, untreated.error);
  EXPECT_LE(left.error, 6);
  EXPECT_GT(untreated.error, 10 * left.error);
}

TEST(PcaSubtraction, KeepsBurstsOfMuscleAsTheLiveMethodDoes) {
  // Bursts ten times the rest, a second long.
  const Mix m{.emg_over_ecg_dB = 0, .emg = {2.5}, .seed = 514};
  auto mixed = hearts::mix(m);
  for (std::size_t i = 0; i < mixed.emg.size(); ++i)
    if (i % 8000 < 2000) {
      mixed.x[i] += 9 * mixed.emg[i];
      mixed.emg[i] *= 10;
    }
  const auto alone = hearts::in_band(mixed.emg, 1, m.rate);
  const auto q =
      hearts::quality(hearts::in_band(hearts::treated(PcaSubtraction{}, m, mixed.x), 1, m.rate), alone, m.rate);
  auto live = start(EcgSubtraction{.look_ahead = {0.06}}, hearts::format_of(m.rate, 1));
  std::vector<double> y(mixed.x.size());
  live.process({mixed.x.data(), mixed.frames, 1}, {y.data(), mixed.frames, 1});
  const auto late = hearts::in_band(y, 1, m.rate);
  const auto beside = hearts::quality({late.begin() + 120, late.end()}, {alone.begin(), alone.end() - 120}, m.rate);
  std::printf("[ MEASURED ] bursts: EMG lost %.1f %%, error %.1f %%; live %.1f %%, %.1f %%\n", q.lost, q.error,
              beside.lost, beside.error);
  EXPECT_LE(q.lost, beside.lost);
  EXPECT_LE(q.error, beside.error);
}

TEST(PcaSubtraction, RefusesWhatCannotBe) {
  const std::vector<double> x(20000);
  const auto told = [&](const PcaSubtraction& spec, const std::vector<double>& r) {
    const auto tried = remove_ecg(spec, {x.data(), 20000, 1}, hearts::format_of({1000}, 1), r);
    return tried ? std::string() : message(tried.fault());
  };
  std::vector<double> good;
  for (int k = 0; k < 12; ++k) good.push_back(500 + 900 * k);
  EXPECT_EQ(told({}, good), "");
  EXPECT_NE(told({.margin = 0.5}, good).find("PcaSubtraction.margin"), std::string::npos);
  EXPECT_NE(told({}, {5, 4}).find("r_peaks is 4: expected samples of the record, 0 to 19999, each after"),
            std::string::npos);
  EXPECT_NE(told({}, {5, 30000}).find("r_peaks is 30000"), std::string::npos);
  EXPECT_NE(told({}, {std::nan("")}).find("r_peaks is nan"), std::string::npos);
  EXPECT_NE(told({}, {5, 500}).find("r_peaks is 2 of them: expected none, or at least 10"), std::string::npos);
}

}  // namespace
}  // namespace unguard
