// SPDX-License-Identifier: Apache-2.0
// Whitening learnt from a declared contraction and a declared rest, both through the filters that the stream goes
// through: autoregressive models by Burg's method over what is not marked. Refuses stretches too short, with too many
// marked samples, silent, at the rail, or a contraction hardly louder than the rest. Clancy & Hogan 1994, IEEE Trans.
// Biomed. Eng. 41:159. Cost: allocates, so not for the real-time thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/median.hpp"
#include "unguard/envelope/degrees_of_freedom.hpp"
#include "unguard/envelope/level_interval.hpp"
#include "unguard/envelope/whitening_calibration.hpp"
#include "unguard/filter/burg.hpp"

namespace unguard {

struct WhiteningCalibrator {
  int order = 6;
  int spectrum_order = 20;
  Seconds shortest{2};        // of unmarked signal, of each stretch
  double most_marked = 0.2;   // of a stretch
  double least_ratio = 2;     // RMS of the contraction over that of the rest
  Hertz least_bandwidth{25};  // statistical, of the contraction
  double most_change = 2;     // between quarters of the contraction
  double most_peaked = 2;     // RMS of the contraction over what its median magnitude says it is

  friend bool operator==(const WhiteningCalibrator&, const WhiteningCalibrator&) = default;
};
constexpr SpecInfo info(const WhiteningCalibrator*) {
  return {"WhiteningCalibrator", "spectra of a contraction and of the noise at rest",
          "Clancy & Hogan 1994, IEEE Trans. Biomed. Eng. 41:159"};
}
constexpr auto fields(const WhiteningCalibrator*) {
  using W = WhiteningCalibrator;
  return field_list(
      field<&W::order>("order", "of the whitening filter; 4 to 6 are usual", between(1, 100)),
      field<&W::spectrum_order>("spectrum_order", "of the models that the adaptive kind is designed from",
                                between(1, 100)),
      field<&W::shortest>("shortest", "least unmarked signal of each stretch", between(0.5, 3600)),
      field<&W::most_marked>("most_marked", "largest share of marked samples", between(0, 0.9)),
      field<&W::least_ratio>("least_ratio", "least RMS of the contraction, of that of the rest", between(1.1, 1000)),
      field<&W::least_bandwidth>(
          "least_bandwidth", "least statistical bandwidth of the contraction: hum, movement and an offset have less",
          between(0, 1e5)),
      field<&W::most_change>("most_change", "largest ratio of the RMS of two quarters of the contraction",
                             between(1.1, 1000)),
      field<&W::most_peaked>("most_peaked",
                             "largest RMS of the contraction, of what its median magnitude says of noise: 1, of a "
                             "Laplace distribution 1.38, of spikes or heartbeats more",
                             between(1.1, 1000)));
}

namespace whitening_detail {

// The pieces of one channel that are long enough for the model, without a mark of those that are left out; a sample at
// the rail counts as marked.
struct Pieces {
  std::vector<std::vector<double>> all{};
  std::int64_t samples = 0;

  std::vector<std::span<const double>> spans() const { return {all.begin(), all.end()}; }
};
inline Pieces pieces_of(ConstBlock stretch, int channel, int order, double full_scale, Marks left_out = ~mark::none) {
  Pieces pieces;
  std::vector<double> piece;
  const auto end = [&] {
    if (piece.size() > static_cast<std::size_t>(order)) {
      pieces.samples += static_cast<std::int64_t>(piece.size());
      pieces.all.push_back(piece);
    }
    piece.clear();
  };
  for (std::int64_t i = 0; i < stretch.frames; ++i) {
    const std::int64_t k = i * stretch.channels + channel;
    const double x = stretch.data[k];
    if ((stretch.marks && (stretch.marks[k] & left_out)) || !(std::fabs(x) < full_scale))
      end();
    else
      piece.push_back(x);
  }
  end();
  return pieces;
}

// What tells of a stretch whether it is one thing throughout: the RMS of its quietest and its loudest quarter, that of
// all of it, and what its median magnitude says of Gaussian noise, which spikes and heartbeats hardly change.
struct Steadiness {
  double quietest = 0, loudest = 0, level = 0, of_median = 0, mean = 0;

  // More than half of the power stands still: it has not been through a high-pass.
  bool is_an_offset() const { return 2 * mean * mean > level * level; }
};
inline Steadiness steadiness_of(const Pieces& pieces) {
  std::vector<double> magnitudes;
  double sum_of_samples = 0;
  for (const auto& piece : pieces.all)
    for (const double x : piece) {
      magnitudes.push_back(std::fabs(x));
      sum_of_samples += x;
    }
  const auto rms = [&](std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += magnitudes[i] * magnitudes[i];
    return std::sqrt(sum / static_cast<double>(to - from));
  };
  const std::size_t n = magnitudes.size();
  Steadiness found;
  found.quietest = found.loudest = rms(0, n / 4);
  for (std::size_t quarter = 1; quarter < 4; ++quarter) {
    const double level = rms(quarter * n / 4, (quarter + 1) * n / 4);
    found.quietest = std::min(found.quietest, level);
    found.loudest = std::max(found.loudest, level);
  }
  found.level = rms(0, n);
  found.mean = n > 0 ? sum_of_samples / static_cast<double>(n) : 0;
  found.of_median = median(magnitudes.begin(), magnitudes.end()) / normal_median;
  return found;
}

// Of the spec whose argument it is.
template <class S>
std::optional<Fault> refuse_offset(const char* name, const Steadiness& steady, const std::string& where) {
  if (!steady.is_an_offset()) return std::nullopt;
  return fault_in_words<S>(name, "a mean of " + to_text(Microvolts{steady.mean}) + where,
                           "a signal without an offset, as behind a high-pass");
}

inline std::optional<Fault> refuse_stretch(const WhiteningCalibrator& spec, const char* name, ConstBlock stretch,
                                           const Pieces& pieces, const Channel& channel, Hertz rate) {
  const std::string where = " in channel \"" + channel.name + "\"";
  const Seconds good = seconds_at({pieces.samples}, rate);
  if (good < spec.shortest)
    return fault_in_words<WhiteningCalibrator>(name, to_text(good) + " unmarked" + where,
                                               "unmarked signal of at least " + to_text(spec.shortest));
  const double marked = 1 - static_cast<double>(pieces.samples) / static_cast<double>(stretch.frames);
  if (marked > spec.most_marked)
    return fault_in_words<WhiteningCalibrator>(name, to_text(marked) + " marked, clipped or between marks" + where,
                                               "a share of at most " + to_text(spec.most_marked));
  return std::nullopt;
}

// What is no steady contraction: hum, movement, an offset, spikes, an effort that begins or ends.
inline std::optional<Fault> refuse_contraction_of(const WhiteningCalibrator& spec, const Pieces& pieces, double freedom,
                                                  const Channel& channel, Hertz rate) {
  const std::string where = " in channel \"" + channel.name + "\"";
  const auto refuse = [&](std::string found, std::string expected) {
    return fault_in_words<WhiteningCalibrator>("contraction", std::move(found) + where, std::move(expected));
  };
  const Hertz bandwidth = rate * (freedom / (2 * static_cast<double>(pieces.samples)));
  if (bandwidth < spec.least_bandwidth)
    return refuse("a statistical bandwidth of " + to_text(bandwidth),
                  "EMG without hum, movement and offset, of at least " + to_text(spec.least_bandwidth));
  const Steadiness s = steadiness_of(pieces);
  if (!(s.loudest <= spec.most_change * s.quietest))
    return refuse("quarters of " + to_text(Microvolts{s.quietest}) + " to " + to_text(Microvolts{s.loudest}),
                  "a steady effort, quarters within a factor of " + to_text(spec.most_change));
  if (!(s.level <= spec.most_peaked * s.of_median))
    return refuse("an RMS of " + to_text(Microvolts{s.level}) + " where its median magnitude says " +
                      to_text(Microvolts{s.of_median}),
                  "EMG without spikes and heartbeats, a ratio of at most " + to_text(spec.most_peaked));
  return std::nullopt;
}

inline bool is_a_block_of(ConstBlock block, const StreamFormat& format) {
  return block.channels == format.channels.count() && block.frames >= 0 && (block.frames == 0 || block.data);
}

}  // namespace whitening_detail

// `band` says what both stretches have been through ("20-450 Hz order 4, causal"): the result is valid for that only.
inline Result<WhiteningCalibration> try_calibrate_whitening(const WhiteningCalibrator& spec, ConstBlock contraction,
                                                            ConstBlock rest, const StreamFormat& format,
                                                            std::string band) {
  using namespace whitening_detail;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  WhiteningCalibration made{.rate = format.rate, .order = spec.order, .spectrum_order = spec.spectrum_order};
  const std::pair<const char*, ConstBlock> stretches[2] = {{"contraction", contraction}, {"rest", rest}};
  for (const auto& [name, block] : stretches)
    if (!is_a_block_of(block, format))
      return fault_in_words<WhiteningCalibrator>(
          name, std::to_string(block.channels) + " channels",
          "a block of the stream's " + std::to_string(format.channels.count()) + " channels");
  const int most = std::max(spec.order, spec.spectrum_order);
  std::int64_t fewest[2] = {contraction.frames, rest.frames};
  for (int c = 0; c < format.channels.count(); ++c) {
    Pieces pieces[2];
    ArModel models[2];
    double freedom[2] = {0, 0};
    for (std::size_t s = 0; s < 2; ++s) {
      const auto& [name, block] = stretches[s];
      pieces[s] = pieces_of(block, c, most, format.full_scale());
      if (auto fault = refuse_stretch(spec, name, block, pieces[s], format.channels[c], format.rate)) return *fault;
      models[s] = burg(pieces[s].spans(), spec.spectrum_order);
      if (!(models[s].power > 0 && models[s].error_power > 1e-12 * models[s].power))
        return fault_in_words<WhiteningCalibrator>(name,
                                                   "flat or a pure tone in channel \"" + format.channels[c].name + "\"",
                                                   "a signal that is not known from its past");
      fewest[s] = std::min(fewest[s], pieces[s].samples);
      for (const auto& piece : pieces[s].all)
        freedom[s] += degrees_of_freedom(piece, static_cast<std::int64_t>(piece.size()));
    }
    const double loud = std::sqrt(models[0].power), quiet = std::sqrt(models[1].power);
    if (!(loud >= spec.least_ratio * quiet))
      return fault_in_words<WhiteningCalibrator>(
          "contraction",
          to_text(loud) + " uV in channel \"" + format.channels[c].name + "\", its rest " + to_text(quiet) + " uV",
          "an RMS of at least " + to_text(spec.least_ratio) + " times that of the rest");
    if (auto fault = refuse_contraction_of(spec, pieces[0], freedom[0], format.channels[c], format.rate)) return *fault;
    const ArModel whitening = burg(pieces[0].spans(), spec.order);
    const auto append = [](std::vector<double>& to, const std::vector<double>& a) {
      to.insert(to.end(), a.begin(), a.end());
    };
    append(made.coefficients, whitening.coefficients);
    append(made.contraction, models[0].coefficients);
    append(made.rest, models[1].coefficients);
    const auto interval = [](double level, double degrees) {
      const auto found = level_interval(std::max(degrees, 0.1));
      return (*found).of(level);
    };
    made.level.per_channel.push_back(interval(std::sqrt(loud * loud - quiet * quiet), freedom[0]));
    made.noise.per_channel.push_back(interval(quiet, freedom[1]));
  }
  const auto describe = [&](Calibration& c, const char* quantity, std::int64_t samples) {
    c.quantity = quantity;
    c.duration = seconds_at({samples}, format.rate);
    c.samples = samples;
    c.how = band + "; RMS over the stretch";
  };
  describe(made.level, "level of the contraction", fewest[0]);
  describe(made.noise, "noise at rest", fewest[1]);
  return made;
}

}  // namespace unguard
