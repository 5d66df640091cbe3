// SPDX-License-Identifier: Apache-2.0
// The features that researchers expect, over windows that slide along a record. Sources: amplitude.hpp, steps.hpp,
// entropy.hpp, cepstrum.hpp, filter/burg.hpp. No threshold has a default: a usual one belongs to one amplifier.
// Cost: O(N) a window, feature and channel; the entropies O(N^2). Offline.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/envelope/moving_average.hpp"
#include "unguard/features/amplitude.hpp"
#include "unguard/features/cepstrum.hpp"
#include "unguard/features/entropy.hpp"
#include "unguard/features/steps.hpp"
#include "unguard/filter/burg.hpp"
#include "unguard/spectrum/whole_record.hpp"

namespace unguard {

enum class Feature {
  mav,
  iemg,
  ssi,
  var,
  wl,
  zc,
  ssc,
  wamp,
  dasdv,
  log,
  mfl,
  ar,
  cc,
  activity,
  mobility,
  complexity,
  sampen,
  fuzzyen,
  kurtosis,
  skewness
};
constexpr std::array<std::string_view, 20> names(const Feature*) {
  return {"MAV", "IEMG", "SSI", "VAR",      "WL",       "ZC",         "SSC",    "WAMP",    "DASDV",    "LOG",
          "MFL", "AR",   "CC",  "activity", "mobility", "complexity", "SampEn", "FuzzyEn", "kurtosis", "skewness"};
}

struct FeatureWindows {
  Seconds window{0.25};
  Seconds step{0.125};
  std::optional<Microvolts> zc_threshold{};
  std::optional<Microvolts> ssc_threshold{};
  std::optional<Microvolts> wamp_threshold{};
  int order = 4;
  int pattern = 2;
  double tolerance = 0.2;

  friend bool operator==(const FeatureWindows&, const FeatureWindows&) = default;
};
constexpr SpecInfo info(const FeatureWindows*) {
  return {"FeatureWindows", "classical features of EMG over sliding windows",
          "Phinyomark, Phukpattaranont & Limsakul 2012, doi:10.1016/j.eswa.2012.01.102"};
}
constexpr auto fields(const FeatureWindows*) {
  using F = FeatureWindows;
  return field_list(
      field<&F::window>("window", "length of a window", between(1e-6, 3600)),
      field<&F::step>("step", "from the start of a window to that of the next", between(1e-6, 3600)),
      field<&F::zc_threshold>("zc_threshold", "what a zero crossing must step over to count", not_negative),
      field<&F::ssc_threshold>("ssc_threshold", "how far a turn must stand out to count", not_negative),
      field<&F::wamp_threshold>("wamp_threshold", "what a step must reach to count for WAMP", not_negative),
      field<&F::order>("order", "number of AR and of cepstral coefficients", between(1, 64)),
      field<&F::pattern>("pattern", "samples in the stretches that entropies compare", between(1, 16)),
      field<&F::tolerance>("tolerance", "how alike stretches must be, in standard deviations", between(1e-3, 10)));
}

// values[(window x channels + channel) x columns + column]; NaN where a feature is undefined, or a sample of the window
// is not finite, lies beyond full scale or is marked with any of mark::spoiling, as of a live spectrum.
struct FeatureTable {
  std::vector<std::string> columns{};  // "MAV", ..., "AR1", "AR2", ...
  std::vector<std::int64_t> starts{};  // first frame of each window
  std::int64_t window = 0, step = 0;   // in frames
  int channels = 0;
  std::vector<double> values{};
};

namespace features {

inline int columns_of(Feature f, const FeatureWindows& spec) {
  return f == Feature::ar || f == Feature::cc ? spec.order : 1;
}

// The fewest samples from which a feature says something: sums of samples from one on, of steps from two, turns from
// three, shapes of steps of steps and of fourth powers from four.
inline std::int64_t least_samples(Feature f, const FeatureWindows& spec) {
  switch (f) {
    case Feature::mav:
    case Feature::iemg:
    case Feature::ssi:
    case Feature::log:
      return 1;
    case Feature::var:
    case Feature::wl:
    case Feature::zc:
    case Feature::wamp:
    case Feature::dasdv:
    case Feature::mfl:
    case Feature::activity:
      return 2;
    case Feature::ssc:
    case Feature::mobility:
    case Feature::skewness:
      return 3;
    case Feature::complexity:
    case Feature::kurtosis:
      return 4;
    case Feature::ar:
    case Feature::cc:
      return std::max(4, 2 * spec.order);
    case Feature::sampen:
    case Feature::fuzzyen:
      return std::max(4, spec.pattern + 2);
  }
  return 4;
}

// Writes the columns of one feature of one window.
inline void measure(Feature f, Window x, const FeatureWindows& spec, double* to) {
  switch (f) {
    case Feature::mav:
      *to = mean_absolute(x);
      return;
    case Feature::iemg:
      *to = integrated(x);
      return;
    case Feature::ssi:
      *to = square_integral(x);
      return;
    case Feature::var:
      *to = variance(x);
      return;
    case Feature::wl:
      *to = waveform_length(x);
      return;
    case Feature::zc:
      *to = zero_crossings(x, spec.zc_threshold->value);
      return;
    case Feature::ssc:
      *to = slope_changes(x, spec.ssc_threshold->value);
      return;
    case Feature::wamp:
      *to = willison_amplitude(x, spec.wamp_threshold->value);
      return;
    case Feature::dasdv:
      *to = step_deviation(x);
      return;
    case Feature::log:
      *to = log_detector(x);
      return;
    case Feature::mfl:
      *to = maximum_fractal_length(x);
      return;
    case Feature::ar:
    case Feature::cc: {
      const ArModel model = burg(x, spec.order);
      const auto found = f == Feature::ar ? model.coefficients : cepstrum(model.coefficients);
      for (std::size_t i = 0; i < found.size(); ++i) to[i] = model.power > least_power ? found[i] : undefined;
      return;
    }
    case Feature::activity:
      *to = hjorth_activity(x);
      return;
    case Feature::mobility:
      *to = hjorth_mobility(x);
      return;
    case Feature::complexity:
      *to = hjorth_complexity(x);
      return;
    case Feature::sampen:
      *to = sample_entropy(x, spec.pattern, spec.tolerance);
      return;
    case Feature::fuzzyen:
      *to = fuzzy_entropy(x, spec.pattern, spec.tolerance);
      return;
    case Feature::kurtosis:
      *to = kurtosis(x);
      return;
    case Feature::skewness:
      *to = skewness(x);
      return;
  }
}

inline std::optional<Fault> refuse(std::span<const Feature> wanted, const FeatureWindows& spec, std::int64_t window) {
  const auto is_wanted = [&](Feature f) { return std::find(wanted.begin(), wanted.end(), f) != wanted.end(); };
  const auto none = [&](std::string_view threshold, Feature f) {
    return fault_in_words<FeatureWindows>(
        threshold, "not given", "a threshold in uV for " + std::string(to_text(f)) + ", 0 uV to count every one");
  };
  if (is_wanted(Feature::zc) && !spec.zc_threshold) return none("zc_threshold", Feature::zc);
  if (is_wanted(Feature::ssc) && !spec.ssc_threshold) return none("ssc_threshold", Feature::ssc);
  if (is_wanted(Feature::wamp) && !spec.wamp_threshold) return none("wamp_threshold", Feature::wamp);
  std::int64_t least = 1;
  for (const Feature f : wanted) least = std::max(least, least_samples(f, spec));
  if (is_wanted(Feature::fuzzyen) && spec.pattern < 2)
    return fault_of<FeatureWindows>("pattern", spec.pattern,
                                    "at least 2 for FuzzyEn: one sample without its own mean is 0");
  if (window < least)
    return fault_in_words<FeatureWindows>("window", to_text(spec.window) + ", " + to_text(window) + " samples",
                                          "at least " + to_text(least) + " samples for these features");
  return std::nullopt;
}

}  // namespace features

// The features of every whole window of a record, in the order they are asked for.
inline Result<FeatureTable> window_features(std::span<const Feature> wanted, const FeatureWindows& spec,
                                            ConstBlock record, const StreamFormat& format) {
  if (auto fault = whole_record::refuse_shape(record, format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  auto window = window_in_samples<FeatureWindows>(spec.window, format.rate);
  if (!window) return window.fault();
  if (auto fault = features::refuse(wanted, spec, *window)) return *fault;
  const std::int64_t step = samples_in(spec.step, format.rate);
  if (step < 1) return fault_of<FeatureWindows>("step", spec.step, "at least one sample");

  FeatureTable table;
  table.window = *window;
  table.step = step;
  table.channels = record.channels;
  for (const Feature f : wanted) {
    const int count = features::columns_of(f, spec);
    const bool numbered = f == Feature::ar || f == Feature::cc;
    for (int i = 1; i <= count; ++i)
      table.columns.push_back(std::string(to_text(f)) + (numbered ? std::to_string(i) : ""));
  }
  const std::int64_t windows = record.frames < *window ? 0 : (record.frames - *window) / step + 1;
  const auto columns = static_cast<std::int64_t>(table.columns.size());
  if (whole_record::too_many({windows, record.channels, columns}))
    return fault_in_words<FeatureWindows>("step",
                                          to_text(spec.step) + ", which makes " + to_text(windows) + " windows of " +
                                              to_text(record.channels) + " channels and " + to_text(columns) +
                                              " columns",
                                          whole_record::at_most_numbers());
  for (std::int64_t w = 0; w < windows; ++w) table.starts.push_back(w * step);
  table.values.resize(table.starts.size() * static_cast<std::size_t>(record.channels) * table.columns.size());
  if (windows == 0) return table;
  const double full_scale = format.full_scale();
  std::vector<double> x(static_cast<std::size_t>(table.window));
  double* to = table.values.data();
  for (const std::int64_t first : table.starts)
    for (int c = 0; c < record.channels; ++c) {
      if (!whole_record::take(record, first, c, full_scale, x)) {
        to = std::fill_n(to, table.columns.size(), features::undefined);
        continue;
      }
      for (const Feature f : wanted) {
        features::measure(f, x, spec, to);
        to += features::columns_of(f, spec);
      }
    }
  return table;
}

}  // namespace unguard
