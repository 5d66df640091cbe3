// SPDX-License-Identifier: Apache-2.0
// Truth: Parseval's theorem; sines and processes whose spectra are known. (Against SciPy: the Python tests.)
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "refusal.hpp"
#include "unguard/features/window_features.hpp"
#include "unguard/spectrum/ar_spectrum.hpp"
#include "unguard/spectrum/measures.hpp"
#include "unguard/spectrum/multitaper.hpp"
#include "unguard/spectrum/periodogram.hpp"
#include "unguard/spectrum/sliding_spectrum.hpp"
#include "unguard/spectrum/spectrogram.hpp"
#include "unguard/spectrum/welch.hpp"

namespace unguard {
namespace {

using std::numbers::pi;

const StreamFormat one{.rate = {2000}, .channels = Channels::unnamed(1)};

std::vector<double> noise(std::size_t samples, std::uint64_t seed, double sd = 30) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(0, sd);
  std::vector<double> x(samples);
  for (double& v : x) v = normal(generator);
  return x;
}
ConstBlock block(const std::vector<double>& x, int channels = 1) {
  return {x.data(), static_cast<std::int64_t>(x.size()) / channels, channels};
}
std::vector<double> tone(double frequency, double amplitude, int samples) {
  std::vector<double> x;
  for (int n = 0; n < samples; ++n) x.push_back(amplitude * std::cos(2 * pi * frequency * n / 2000 + 0.3));
  return x;
}

TEST(Periodogram, HasThePowerOfTheRecordExactly) {
  for (const int length : {1, 2, 3, 7, 64, 499, 500, 1001, 2000})
    for (const int more : {0, 1, 37}) {
      const auto x = noise(static_cast<std::size_t>(length), 4);
      double square = 0;
      for (const double v : x) square += v * v / length;
      const auto made = power_spectrum(Periodogram{.detrend = Detrend::none, .nfft = length + more}, block(x), one);
      ASSERT_TRUE(made);
      const Density d = (*made).channel(0);
      // Zeros behind the record add no power: the density is per second of the record.
      EXPECT_NEAR(band_power(d, all_of(d)) / square, 1, 1e-12) << length << " + " << more;
    }
}

TEST(Periodogram, ShowsAToneInItsBin) {
  const auto x = tone(100, 5, 1000);
  const auto made = power_spectrum(Periodogram{}, block(x), one);
  ASSERT_TRUE(made);
  EXPECT_EQ((*made).step, Hertz{2});
  EXPECT_NEAR((*made).density[50], 12.5 / 2, 1e-10);  // A^2 / 2 in 2 Hz
  EXPECT_NEAR((*made).density[49], 0, 1e-20);
  EXPECT_DOUBLE_EQ(*peak_frequency((*made).channel(0), {{0}, {1000}}), 100);
}

TEST(Periodogram, TakesOffMeanAndSlope) {
  auto x = tone(100, 5, 1000);
  for (std::size_t n = 0; n < x.size(); ++n) x[n] += 3000 - 0.7 * static_cast<double>(n);
  const auto made = power_spectrum(Periodogram{.detrend = Detrend::linear}, block(x), one);
  ASSERT_TRUE(made);
  EXPECT_NEAR((*made).density[0], 0, 1e-18);
  const Density d = (*made).channel(0);
  EXPECT_NEAR(band_power(d, all_of(d)), 12.5, 0.02);  // what the line takes of the tone
}

TEST(Welch, KeepsThePowerOfAToneUnderEveryWindow) {
  const auto x = tone(100, 5, 8000);
  for (const Window window : {Window::rectangular, Window::hann, Window::hamming, Window::blackman,
                              Window::blackman_harris, Window::flat_top, Window::kaiser}) {
    Welch spec{.window = window};
    if (window == Window::kaiser) spec.beta = 9;
    const auto made = power_spectrum(spec, block(x), one);
    ASSERT_TRUE(made);
    EXPECT_EQ((*made).segments, std::vector<std::int64_t>{15});
    EXPECT_NEAR(band_power((*made).channel(0), {{80}, {120}}), 12.5, 0.01) << to_text(window);
  }
}

TEST(Welch, FindsThePowerOfWhiteNoise) {
  // n = 800 segments, 500 bins: the power's standard error is below 0.3 %; the mean square of the record itself.
  const auto x = noise(200000, 8);
  double square = 0;
  for (const double v : x) square += v * v / 200000;
  const auto made = power_spectrum(Welch{}, block(x), one);
  ASSERT_TRUE(made);
  const Density d = (*made).channel(0);
  EXPECT_NEAR(band_power(d, all_of(d)) / square, 1, 0.01);
  EXPECT_NEAR(*median_frequency(d, all_of(d)), 500, 10);
}

TEST(Spectrogram, IsThePeriodogramOfEverySegment) {
  auto x = noise(3000, 5);
  const StreamFormat three{.rate = {500}, .channels = Channels::unnamed(3)};
  const auto made = spectrogram(Spectrogram{.segment = {0.2}, .overlap = 0.3}, block(x, 3), three);
  ASSERT_TRUE(made);
  ASSERT_EQ((*made).times.size(), 13u);
  EXPECT_DOUBLE_EQ((*made).times[2].value, (2 * 70 + 50) / 500.0);
  std::size_t at = 0;
  for (int c = 0; c < 3; ++c)
    for (int s = 0; s < 13; ++s) {
      const auto part = block(x, 3).part(70 * s, 100);
      const auto each = power_spectrum(Periodogram{.window = Window::hann}, part, three);
      ASSERT_TRUE(each);
      for (const double v : (*each).channel(c).values) EXPECT_EQ((*made).density[at++], v);
    }
  EXPECT_EQ(at, (*made).density.size());
}

TEST(Tapers, AreOrthonormal) {
  for (const auto& tapers : {sine_tapers(500, 7), dpss(500, 4, 7), dpss(63, 2.5, 4), dpss(7, 1.5, 3)})
    for (std::size_t i = 0; i < tapers.size(); ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        double product = 0;
        for (std::size_t n = 0; n < tapers[i].size(); ++n) product += tapers[i][n] * tapers[j][n];
        EXPECT_NEAR(product, i == j, 1e-12);
      }
}

// Slepian 1978: they are the eigenvectors of sin(2 pi W (n - m)) / (pi (n - m)), whose eigenvalues, the shares of
// energy within +-W, fall.
TEST(Tapers, OfDpssKeepTheirEnergyInTheBand) {
  const int length = 256;
  double last = 1 + 1e-12;
  for (const Taper& taper : dpss(length, 4, 8)) {
    std::vector<double> kept(taper.size(), 0.0);
    for (int n = 0; n < length; ++n)
      for (int m = 0; m < length; ++m)
        kept[static_cast<std::size_t>(n)] +=
            taper[static_cast<std::size_t>(m)] *
            (n == m ? 2 * 4.0 / length : std::sin(2 * pi * 4 / length * (n - m)) / (pi * (n - m)));
    double share = 0;
    for (std::size_t n = 0; n < kept.size(); ++n) share += kept[n] * taper[n];
    EXPECT_LT(share, last);
    EXPECT_GT(share, 0.69);
    for (std::size_t n = 0; n < kept.size(); ++n) EXPECT_NEAR(kept[n], share * taper[n], 1e-13);
    last = share;
  }
}

TEST(Multitaper, IsSteadierTheMoreTapersThereAre) {
  // White noise: a bin's scatter is its mean over the root of how many tapers; n = 4990 bins, 3 standard errors 6 %.
  const auto x = noise(10000, 9);
  for (const TaperKind kind : {TaperKind::sine, TaperKind::dpss})
    for (const int count : {1, 4, 7}) {
      Multitaper spec{.tapers = kind, .count = count};
      if (kind == TaperKind::dpss) spec.half_bandwidth = 4;
      const auto made = power_spectrum(spec, block(x), one);
      ASSERT_TRUE(made);
      double sum = 0, squares = 0;
      for (std::size_t k = 5; k < 4995; ++k) {
        sum += (*made).density[k];
        squares += (*made).density[k] * (*made).density[k];
      }
      const double mean = sum / 4990, sd = std::sqrt(squares / 4990 - mean * mean);
      EXPECT_NEAR(mean, 900.0 / 1000, 0.06);
      EXPECT_NEAR(sd / mean * std::sqrt(count), 1, 0.1 * std::sqrt(count));
    }
}

TEST(ArSpectrum, IsThatOfTheModel) {
  // x[n] = 0.6 x[n - 1] + e: 2 / (rate |1 - 0.6 z^-1|^2), with the power 1 / (1 - 0.36).
  const ArModel model{.coefficients = {-0.6}, .error_power = 1};
  for (const int length : {1999, 2000}) {
    RealFft fft(length);
    const auto density = density_of(model, {2000}, fft);
    EXPECT_NEAR(density[500], 2 / (2000 * (1.36 - 1.2 * std::cos(2 * pi * 500 / length))), 1e-15);
    const Density whole{density, {2000.0 / length}, {1000}};
    EXPECT_NEAR(band_power(whole, all_of(whole)), 1 / 0.64, 1e-12);
  }
}

TEST(ArSpectrum, FindsTheProcess) {
  // n = 100,000: MDF within 1 %; the process has half of its power below 159.6 Hz (integrated).
  auto x = noise(100000, 11, 1);
  for (std::size_t n = 1; n < x.size(); ++n) x[n] += 0.6 * x[n - 1];
  const auto made = power_spectrum(ArSpectrum{.order = 4}, block(x), one);
  ASSERT_TRUE(made);
  // Half of the power of an AR(1) lies below the w with tan(w / 2) = (1 - a) / (1 + a).
  const double median = 2000 / pi * std::atan(0.4 / 1.6);
  EXPECT_NEAR(*median_frequency((*made).channel(0), {{0}, {1000}}), median, 0.02 * median);
}

TEST(Estimators, RefuseByNameWhatCannotBe) {
  const auto x = noise(1000, 1);
  const auto refused = [&](const auto& spec) {
    const auto made = power_spectrum(spec, block(x), one);
    EXPECT_FALSE(made);
    return made ? std::string() : made.fault().parameter;
  };
  EXPECT_EQ(refused(Periodogram{.nfft = 999}), "nfft");
  EXPECT_EQ(refused(Periodogram{.beta = 3}), "beta");
  EXPECT_EQ(refused(Periodogram{.window = Window::kaiser}), "beta");
  EXPECT_EQ(refused(Welch{.segment = {0.6}}), "segment");
  EXPECT_EQ(refused(Welch{.segment = {1e-4}}), "segment");
  EXPECT_EQ(refused(Welch{.overlap = 1}), "overlap");
  EXPECT_EQ(refused(Multitaper{.half_bandwidth = 2}), "half_bandwidth");
  EXPECT_EQ(refused(Multitaper{.tapers = TaperKind::dpss}), "half_bandwidth");
  EXPECT_EQ(refused(Multitaper{.tapers = TaperKind::dpss, .count = 5, .half_bandwidth = 2}), "count");
  const std::vector<double> two{1, 2};
  EXPECT_EQ(power_spectrum(ArSpectrum{}, block(two), one).fault().parameter, "order");
  EXPECT_EQ(power_spectrum(Multitaper{}, block(two), one).fault().parameter, "count");
  const std::vector<double> broken{1, std::nan("")};
  EXPECT_EQ(power_spectrum(Periodogram{}, block(broken), one).fault().parameter, "data");
  EXPECT_EQ(power_spectrum(Periodogram{}, {x.data(), 0, 1}, one).fault().parameter, "samples");
}

const StreamFormat two{.rate = {2000}, .channels = Channels::unnamed(2)};

// Two channels of four segments of half a second, overlapping by half; what is marked or broken lies in channel 2.
struct Spoilt {
  std::vector<double> x = noise(2 * 2500, 21);
  std::vector<Marks> marks = std::vector<Marks>(x.size(), mark::none);
  ConstBlock record() const { return {x.data(), 2500, 2, marks.data()}; }
};

TEST(Estimators, RefuseARecordWithSamplesThatMustNotBeBelieved) {
  Spoilt spoilt;
  const auto said = [&](const auto& spec) { return why(power_spectrum(spec, spoilt.record(), two)); };
  spoilt.marks[2 * 5] = mark::noise;  // degrades a level only
  EXPECT_EQ(said(Periodogram{}), "accepted");
  for (const auto& [marks, name] : {std::pair{mark::gap, "gap"},
                                    {mark::heart, "heart"},
                                    {mark::gated, "gated"},
                                    {mark::settling | mark::clipped | mark::noise, "settling, clipped"}}) {
    spoilt.marks[2 * 700 + 1] = marks;
    const std::string refused = "marks is " + std::string(name) +
                                " at sample 700 of channel \"channel 2\": expected a stretch without such marks, "
                                "bridged or not (record.marks)";
    EXPECT_EQ(said(Periodogram{}), refused);
    EXPECT_EQ(said(Multitaper{}), refused);
    EXPECT_EQ(said(ArSpectrum{}), refused);
    EXPECT_EQ(said(Welch{}), "accepted");
  }
}

TEST(Estimators, NameTheSampleThatIsNoNumber) {
  Spoilt spoilt;
  spoilt.x[2 * 1234 + 1] = std::nan("");
  const auto said = [&](const auto& spec) { return why(power_spectrum(spec, spoilt.record(), two)); };
  EXPECT_EQ(said(Periodogram{}),
            "data is nan at sample 1234 of channel \"channel 2\": expected a stretch of finite values within "
            "+-1e+07 (record.data)");
  spoilt.x[2 * 1234 + 1] = -2e7;
  EXPECT_NE(said(ArSpectrum{}).find("-2e+07 at sample 1234"), std::string::npos) << said(ArSpectrum{});
}

// The rule is the live one: every mark that withholds a reading there spoils a spectrum here, and no other does.
TEST(Estimators, WithholdWhatTheLiveSpectrumWithholds) {
  const auto x = noise(1000, 22);
  std::vector<Marks> marks(x.size(), mark::none);
  for (int b = 0; b < mark::bits; ++b) {
    marks[300] = static_cast<Marks>(1u << b);
    const ConstBlock record{x.data(), 1000, 1, marks.data()};
    auto live = start(SlidingSpectrum{.window = {0.5}, .interval = {0.5}}, one);
    Sink<SpectrumReading> sink(4);
    live.process(record, sink);
    ASSERT_EQ(sink.items().size(), 1u);
    const bool withheld = !sink.items()[0].values();
    EXPECT_EQ(!power_spectrum(Multitaper{}, record, one), withheld) << mark::names[static_cast<std::size_t>(b)];
    EXPECT_EQ(!power_spectrum(Welch{}, record, one), withheld) << mark::names[static_cast<std::size_t>(b)];
    EXPECT_EQ(std::isnan((*spectrogram(Spectrogram{}, record, one)).density[0]), withheld);
    const Feature wanted[] = {Feature::mav};
    const auto table = window_features(wanted, {.window = {0.5}, .step = {0.5}}, record, one).take();
    EXPECT_EQ(std::isnan(table.values[0]), withheld) << mark::names[static_cast<std::size_t>(b)];
  }
}

TEST(Welch, LeavesOutSegmentsThatAreSpoilt) {
  Spoilt spoilt;
  spoilt.marks[2 * 700 + 1] = mark::gap;  // in the segments from 0 and from 500
  const auto found = power_spectrum(Welch{}, spoilt.record(), two);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found).segments, (std::vector<std::int64_t>{4, 2}));
  const auto clean = power_spectrum(Welch{}, {spoilt.x.data(), 2500, 2}, two);
  const auto rest = power_spectrum(Welch{}, {spoilt.x.data() + 2 * 1000, 1500, 2}, two);
  for (std::size_t k = 0; k < 501; ++k) {
    EXPECT_EQ((*found).channel(0).values[k], (*clean).channel(0).values[k]);
    EXPECT_EQ((*found).channel(1).values[k], (*rest).channel(1).values[k]);
  }
  // What is no number does the same as a mark.
  Spoilt broken;
  broken.x[2 * 700 + 1] = std::nan("");
  EXPECT_EQ((*power_spectrum(Welch{}, broken.record(), two)).density, (*found).density);
  // Behind the last segment nothing is spoilt.
  const StreamFormat other = two;
  EXPECT_EQ((*power_spectrum(Welch{.segment = {0.6}}, spoilt.record(), other)).segments,
            (std::vector<std::int64_t>{3, 1}));
  Spoilt behind;
  behind.marks[2 * 2450] = mark::gap;
  EXPECT_EQ((*power_spectrum(Welch{.segment = {0.6}}, behind.record(), other)).segments,
            (std::vector<std::int64_t>{3, 3}));
  // Only where none is left there is no spectrum.
  spoilt.marks[2 * 1700 + 1] = mark::heart;
  EXPECT_EQ(why(power_spectrum(Welch{}, spoilt.record(), two)),
            "marks is gap at sample 700 of channel \"channel 2\", with another such sample in each of 4 segments: "
            "expected a stretch without such marks, bridged or not (record.marks)");
}

TEST(Spectrogram, HasNoColumnForASegmentThatIsSpoilt) {
  Spoilt spoilt;
  spoilt.marks[2 * 1600 + 1] = mark::lead_off;  // in the segments from 1000 and from 1500
  const auto found = spectrogram(Spectrogram{}, spoilt.record(), two);
  ASSERT_TRUE(found);
  const auto clean = spectrogram(Spectrogram{}, {spoilt.x.data(), 2500, 2}, two);
  for (std::size_t i = 0; i < (*found).density.size(); ++i) {
    const std::size_t column = i / 501;
    if (column == 6 || column == 7)
      EXPECT_TRUE(std::isnan((*found).density[i]));
    else
      EXPECT_EQ((*found).density[i], (*clean).density[i]);
  }
  EXPECT_EQ((*found).times, (*clean).times);
}

TEST(Estimators, RefuseSizesThatDoNotFitIntoMemory) {
  const auto x = noise(100, 1);
  const auto said = [&](const auto& spec) { return why(power_spectrum(spec, block(x), one)); };
  EXPECT_EQ(said(Multitaper{.nfft = 60'000'000}), "nfft is 60000000: expected 1 to 16777216 (Multitaper.nfft)");
  const std::string slow =
      "nfft is 5000011 samples at once: expected at most 4194304 samples at once, or a length without other factors "
      "than 2, 3 and 5, as nfft = 5038848 ";
  EXPECT_EQ(said(Periodogram{.nfft = 5'000'011}), slow + "(Periodogram.nfft)");
  EXPECT_EQ(said(Welch{.segment = {0.01}, .nfft = 5'000'011}), slow + "(Welch.nfft)");
  EXPECT_EQ(said(Multitaper{.nfft = 5'000'011}), slow + "(Multitaper.nfft)");
  EXPECT_EQ(said(ArSpectrum{.nfft = 5'000'011}), slow + "(ArSpectrum.nfft)");
  // 64 channels of 2^23 bins are 4 GiB.
  const StreamFormat many{.rate = {2000}, .channels = Channels::unnamed(64)};
  const auto wide = noise(64 * 100, 2);
  EXPECT_EQ(why(power_spectrum(Periodogram{.nfft = 1 << 24}, block(wide, 64), many)),
            "nfft is 16777216 samples, which makes 8388609 bins of 64 channels: expected at most 134217728 numbers at "
            "once, 1 GiB (Periodogram.nfft)");
  EXPECT_EQ(power_spectrum(Multitaper{.nfft = 1 << 24}, block(wide, 64), many).fault().parameter, "nfft");
  EXPECT_EQ(power_spectrum(Welch{.segment = {0.01}, .nfft = 1 << 24}, block(wide, 64), many).fault().parameter, "nfft");
  EXPECT_EQ(power_spectrum(ArSpectrum{.nfft = 1 << 24}, block(wide, 64), many).fault().parameter, "nfft");
}

TEST(Estimators, RefuseRecordsThatAreTooLongForOneTransform) {
  const std::vector<double> x(20'000'003);
  EXPECT_EQ(why(power_spectrum(Periodogram{}, block(x), one)),
            "record is 20000003 samples at once: expected at most 16777216 samples at once (Periodogram.record)");
  EXPECT_EQ(why(power_spectrum(Periodogram{}, {x.data(), 4'200'001, 1}, one)),
            "record is 4200001 samples at once: expected at most 4194304 samples at once, or a length without other "
            "factors than 2, 3 and 5, as nfft = 4218750 (Periodogram.record)");
  EXPECT_EQ(why(power_spectrum(Welch{.segment = {2100.0005}}, {x.data(), 5'000'000, 1}, one)),
            "segment is 4200001 samples at once: expected at most 4194304 samples at once, or a length without other "
            "factors than 2, 3 and 5, as nfft = 4218750 (Welch.segment)");
  EXPECT_EQ(spectrogram(Spectrogram{.segment = {10000}}, block(x), one).fault().parameter, "segment");
  EXPECT_EQ(why(power_spectrum(Multitaper{.count = 64}, {x.data(), 4'194'304, 1}, one)),
            "count is 64 tapers of 4194304 samples: expected at most 134217728 numbers at once, 1 GiB "
            "(Multitaper.count)");
  EXPECT_EQ(why(spectrogram(Spectrogram{.overlap = 0.99999}, {x.data(), 1'000'000, 1}, one)),
            "overlap is 0.99999, which makes 999001 segments of 501 bins and 1 channels: expected at most 134217728 "
            "numbers at once, 1 GiB (Spectrogram.overlap)");
  EXPECT_EQ(spectrogram(Spectrogram{.segment = {0.01}, .overlap = 0, .nfft = 4096}, {x.data(), 2'000'000, 1}, one)
                .fault()
                .parameter,
            "nfft");
}

TEST(ArSpectrum, RefusesWhatIsLinesAlone) {
  std::vector<double> tone(2000);
  for (std::size_t n = 0; n < tone.size(); ++n) tone[n] = 100 * std::sin(0.7 * static_cast<double>(n));
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  EXPECT_EQ(
      why(power_spectrum(ArSpectrum{.order = 12}, {tone.data(), 2000, 1}, format)),
      "order is 12, at which nothing is left to predict of channel 1: expected a lower order, or a signal that is "
      "not of lines alone (ArSpectrum.order)");
  std::mt19937_64 generator(4);
  std::normal_distribution<double> normal;
  for (double& v : tone) v += normal(generator);
  EXPECT_EQ(why(power_spectrum(ArSpectrum{.order = 12}, {tone.data(), 2000, 1}, format)), "accepted");
}

}  // namespace
}  // namespace unguard
