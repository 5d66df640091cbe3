// SPDX-License-Identifier: Apache-2.0
// The heart of a whole record by principal components: beats in line with R, their mean and the first k singular
// vectors of what they differ by, every beat made anew from these and taken off. Peri et al. 2021,
// doi:10.3390/s21020573; k by parallel analysis, Horn 1965, doi:10.1007/BF02289447. Cost: a singular value
// decomposition of some 240 beats at a time, 0.1 s at 2 kHz. Latency: offline, the whole record.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/SVD>

#include "unguard/core/fields.hpp"
#include "unguard/core/median.hpp"
#include "unguard/denoise/beat_rows.hpp"
#include "unguard/denoise/remove_ecg.hpp"

namespace unguard {

struct PcaSubtraction {
  Seconds before{0.22};     // R: the P wave too
  Seconds after{0.11};      // R: the QRS complex; T waves lie below the band of muscle
  int most_components = 8;  // beside the mean beat
  double margin = 1.1;      // of a singular value above that of muscle of the same rank
  int beats = 240;          // in one decomposition, at most: a heart may change

  friend bool operator==(const PcaSubtraction&, const PcaSubtraction&) = default;
};
constexpr SpecInfo info(const PcaSubtraction*) {
  return {"PcaSubtraction",
          "offline: every beat made anew from the mean beat and the principal components of what beats differ by, and "
          "subtracted",
          "Peri et al. 2021, doi:10.3390/s21020573"};
}
constexpr auto fields(const PcaSubtraction*) {
  using S = PcaSubtraction;
  return field_list(
      field<&S::before>("before", "how far a beat reaches before its R peak", between(0.03, 0.4)),
      field<&S::after>("after", "how far it reaches behind it", between(0.03, 0.6)),
      field<&S::most_components>("most_components", "principal components beside the mean beat, at most",
                                 between(0, 50)),
      field<&S::margin>("margin",
                        "a component is kept while its singular value exceeds that of the same rank in as many "
                        "stretches of muscle without a QRS complex by this factor",
                        between(1, 10)),
      field<&S::beats>("beats", "beats in one decomposition, at most; longer records are done in equal parts",
                       between(20, 2000)));
}

namespace pca_detail {

// What is known of the beats of one part of a record.
struct Heartbeat {
  Eigen::RowVectorXd mean{};
  Eigen::MatrixXd components{};  // one a row, of length 1
  Eigen::VectorXd heart{};       // variance of a beat along each that is the heart's
  Eigen::VectorXd muscle{};      // and the muscle's
};

inline constexpr std::size_t least_rows = 5;

// Stretches of one kind: one a row, and how much louder than usually the muscle in each is, at least 1.
struct Stretches {
  Eigen::MatrixXd rows{};
  Eigen::VectorXd louder{};
};
inline Stretches stretches(const BeatRows& row, std::span<const double> x, const std::vector<std::int64_t>& firsts) {
  Stretches s{.rows = row.rows(x, firsts)};
  s.louder = row.roughness(s.rows);
  if (s.louder.size() == 0) return s;
  Eigen::VectorXd sorted = s.louder;
  const double usual = median(sorted.begin(), sorted.end());
  s.louder = s.louder.unaryExpr([usual](double r) { return usual > 0 ? std::max(1.0, r / usual) : 1.0; });
  return s;
}

// The mean, in which rows say less the louder muscle is, and the more they differ: an ectopic beat is no mean.
inline Eigen::RowVectorXd mean_of(const Stretches& s) {
  const Eigen::VectorXd off = (s.rows.rowwise() - s.rows.colwise().mean()).rowwise().squaredNorm();
  Eigen::VectorXd sorted = off;
  const double usual = 2 * median(sorted.begin(), sorted.end());
  const Eigen::VectorXd w = off.unaryExpr([usual](double e) { return e > usual ? usual / e : 1.0; });
  const Eigen::VectorXd weight = w.cwiseQuotient(s.louder);
  return (weight.transpose() * s.rows) / weight.sum();
}
// What rows differ from their mean by, as if muscle were equally loud in all.
inline Eigen::MatrixXd differences(const Stretches& s, const Eigen::RowVectorXd& mean) {
  return (s.rows.rowwise() - mean).array().colwise() / s.louder.array().sqrt();
}

// Singular values of the beats that stand above those of muscle, rank by rank.
inline Eigen::Index rank(const Eigen::VectorXd& beats, const Eigen::VectorXd& muscle, double scale,
                         const PcaSubtraction& spec) {
  Eigen::Index k = 0;
  const auto most = std::min<Eigen::Index>({spec.most_components, beats.size(), muscle.size()});
  while (k < most && beats(k) > spec.margin * scale * muscle(k)) ++k;
  return k;
}

// Fewer stretches of muscle than least_rows leave the mean alone.
inline Heartbeat learn(const Stretches& beats, const Stretches& muscle, const PcaSubtraction& spec) {
  Heartbeat h;
  h.mean = mean_of(beats);
  h.components.resize(0, beats.rows.cols());
  if (spec.most_components == 0 || muscle.rows.rows() < static_cast<Eigen::Index>(least_rows)) return h;
  const Eigen::MatrixXd off = differences(beats, h.mean), quiet = differences(muscle, mean_of(muscle));
  const Eigen::BDCSVD<Eigen::MatrixXd> found(off, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::BDCSVD<Eigen::MatrixXd> usual(quiet);
  const double n = static_cast<double>(off.rows() - 1), m = static_cast<double>(quiet.rows() - 1);
  const Eigen::Index k = rank(found.singularValues(), usual.singularValues(), std::sqrt(n / m), spec);
  h.components = found.matrixV().leftCols(k).transpose();
  h.muscle = (quiet * h.components.transpose()).colwise().squaredNorm().transpose() / m;
  const Eigen::VectorXd all = found.singularValues().head(k).array().square() / n;
  h.heart = (all - h.muscle).cwiseMax(0.0);
  return h;
}

// One beat: of what it differs from the mean by, along each component, the share that is heart's and not muscle's. A
// beat that stands out by more than three standard deviations, as an ectopic one does, is heart.
inline Eigen::RowVectorXd made_anew(const Heartbeat& h, const Eigen::RowVectorXd& beat, double louder) {
  if (h.components.rows() == 0) return h.mean;
  Eigen::VectorXd along = h.components * (beat - h.mean).transpose();
  for (Eigen::Index k = 0; k < along.size(); ++k) {
    const double muscle = louder * h.muscle(k), usual = h.heart(k) + muscle, size = along(k) * along(k);
    const double all = size > 9 * usual ? size : usual;
    along(k) *= all > 0 ? 1 - muscle / all : 0;
  }
  return h.mean + along.transpose() * h.components;
}

// Some beats in a row, of one channel: where each begins, and the muscle before it.
class Part {
 public:
  Part(const PcaSubtraction& spec, const HeartChannel& channel, std::span<const std::int64_t> r_peaks)
      : row_(fitting(spec, channel.rate, r_peaks), spec.after, channel.rate) {
    const std::int64_t behind = samples_in({0.1}, channel.rate);
    std::vector<std::int64_t> beats, muscle;
    for (std::size_t k = 0; k < r_peaks.size(); ++k) {
      begins_.push_back(r_peaks[k] - row_.before());
      if (row_.whole(begins_.back(), channel.good)) beats.push_back(begins_.back());
      const std::int64_t before = r_peaks[k] - samples_in({0.06}, channel.rate) - row_.length();
      const bool clear = k > 0 && before >= r_peaks[k - 1] + behind;
      if (clear && row_.whole(before, channel.good)) muscle.push_back(before);
    }
    if (beats.size() < least_rows) return;
    whole_ = beats;
    seen_ = stretches(row_, channel.x, beats);
    known_ = learn(seen_, stretches(row_, channel.x, muscle), spec);
  }

  // Adds what is known of every beat; nothing where too few were whole.
  void put(std::vector<double>& heart) const {
    if (known_.mean.size() == 0) return;
    const Eigen::RowVectorXd taper = row_.taper();
    const auto n = static_cast<std::int64_t>(heart.size());
    std::size_t next = 0;
    for (const std::int64_t from : begins_) {
      // One that is cut off or marked is taken for the mean.
      const bool whole = next < whole_.size() && whole_[next] == from;
      const auto k = static_cast<Eigen::Index>(next);
      const Eigen::RowVectorXd made = whole ? made_anew(known_, seen_.rows.row(k), seen_.louder(k)) : known_.mean;
      next += whole;
      for (std::int64_t i = std::max<std::int64_t>(0, -from); i < std::min(row_.length(), n - from); ++i)
        heart[static_cast<std::size_t>(from + i)] += taper(i) * made(i);
    }
  }

 private:
  // As far before R as leaves room for a stretch of muscle of the same length between most beats: in a fast heart less
  // than asked for, where P follows sooner too. Without such stretches nothing tells heart from muscle.
  static Seconds fitting(const PcaSubtraction& spec, Hertz rate, std::span<const std::int64_t> r_peaks) {
    std::vector<double> apart;
    for (std::size_t k = 1; k < r_peaks.size(); ++k) apart.push_back(static_cast<double>(r_peaks[k] - r_peaks[k - 1]));
    if (apart.empty()) return spec.before;
    const double usual = median(apart.begin(), apart.end()) / rate.value;
    return {std::clamp(usual - spec.after.value - 0.06 - 0.1 - 0.02, 0.03, spec.before.value)};
  }

  BeatRows row_;
  std::vector<std::int64_t> begins_{}, whole_{};  // of all beats, and of those within the record and unmarked
  Stretches seen_{};
  Heartbeat known_{};
};

}  // namespace pca_detail

// What the heart adds to a channel.
inline std::vector<double> heart_in(const PcaSubtraction& spec, const HeartChannel& channel) {
  std::vector<double> heart(channel.x.size());
  const std::size_t all = channel.beats.size(), at_once = static_cast<std::size_t>(spec.beats);
  const std::size_t parts = (all + at_once - 1) / at_once;
  const std::span<const std::int64_t> beats(channel.beats);
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t first = part * all / parts, end = (part + 1) * all / parts;
    pca_detail::Part(spec, channel, beats.subspan(first, end - first)).put(heart);
  }
  return heart;
}

}  // namespace unguard
