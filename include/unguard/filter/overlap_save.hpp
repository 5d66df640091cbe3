// SPDX-License-Identifier: Apache-2.0
// A long finite impulse response without delay: its first two blocks of taps directly, the others as products of
// spectra of blocks on the stream's own grid. Stockham 1966, doi:10.1145/1464182.1464209 (overlap-save); Gardner 1995,
// Efficient Convolution without Input-Output Delay, J. Audio Eng. Soc. 43:127 (partitions). Cost a sample and channel:
// 2 B taps directly, two transforms of 2 B over B, L / B products of spectra. What a block of B frames needs from those
// before it is worked out during the block, channel after channel: in a call of n frames at most n C / B + 1 of C
// channels, so one frame alone bears the transforms of at most C / B + 1.
#pragma once

#include <algorithm>
#include <complex>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/core/real_fft.hpp"
#include "unguard/filter/direct_fir.hpp"
#include "unguard/filter/fir_run.hpp"
#include "unguard/filter/taps.hpp"

namespace unguard {

class OverlapSave {
 public:
  // More taps than two blocks; the block a multiple of 4, no less than DirectFir's tile.
  OverlapSave(const Taps& taps, std::int64_t block, int channels)
      : taps_(taps),
        block_(block),
        bins_(block + 4),
        channels_(channels),
        partitions_((static_cast<std::int64_t>(taps.size()) + block - 1) / block - 2),
        add_product_(best_add_product()),
        fft_(static_cast<int>(2 * block)),
        head_(Taps(taps.begin(), taps.begin() + 2 * block), channels, 4 * block),
        responses_(static_cast<std::size_t>(partitions_ * 2 * bins_)),
        spectra_(responses_.size() * static_cast<std::size_t>(channels)),
        now_(static_cast<std::size_t>(block * channels)),
        next_(now_.size()),
        settled_(static_cast<std::size_t>(channels)),
        frame_(static_cast<std::size_t>(2 * block)),
        transform_(static_cast<std::size_t>(block + 1)),
        sum_(static_cast<std::size_t>(2 * bins_)) {
    for (auto tap = taps.begin() + 2 * block; tap != taps.end(); ++tap) tail_sum_ += *tap;
    for (std::int64_t p = 0; p < partitions_; ++p) {
      const auto first = taps.begin() + (p + 2) * block;
      std::fill(frame_.begin(), frame_.end(), 0.0);
      std::copy(first, first + std::min<std::int64_t>(block, taps.end() - first), frame_.begin());
      fft_.forward(frame_.data(), transform_.data());
      split(responses_.data() + p * 2 * bins_);
    }
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    for (std::int64_t m; n > 0; n -= m, x += m * channels_, y += m * channels_) {
      m = std::min({DirectFir::tile_frames, n, block_ - phase_});
      head_.run(x, y, m);
      for (int c = 0; c < channels_; ++c) {
        const double* tail = now_.data() + c * block_ + phase_;
        for (std::int64_t i = 0; i < m; ++i) y[i * channels_ + c] += tail[i];
      }
      const std::int64_t done = due();
      phase_ += m;
      for (std::int64_t c = done; c < due(); ++c) prepare(static_cast<int>(c));
      if (phase_ == block_) {
        std::swap(now_, next_);
        newest_ = newest_ == 0 ? partitions_ - 1 : newest_ - 1;
        phase_ = 0;
        std::fill(settled_.begin(), settled_.end(), 0);
      }
    }
  }
  void reset() noexcept { seek(0); }
  void seek(std::int64_t n) noexcept {
    phase_ = n % block_;
    head_.seek_ring(phase_);
    for (auto* values : {&spectra_, &now_, &next_}) std::fill(values->begin(), values->end(), 0.0);
    std::fill(settled_.begin(), settled_.end(), 0);
    newest_ = 0;
  }
  std::int64_t period() const noexcept { return block_; }
  // A constant has a spectrum at 0 Hz only, and gives every block the same. That is the next block's too, whether this
  // channel's turn to prepare it has come or not: else the bits would depend on where the channel stands.
  double settle(int channel, double level) noexcept {
    std::fill_n(spectrum(channel, 0), partitions_ * 2 * bins_, 0.0);
    for (std::int64_t p = 0; p < partitions_; ++p) *spectrum(channel, p) = static_cast<double>(2 * block_) * level;
    const double tail = tail_sum_ * level;
    for (auto* values : {&now_, &next_}) std::fill_n(values->begin() + channel * block_, block_, tail);
    settled_[static_cast<std::size_t>(channel)] = 1;
    return head_.settle(channel, level) + tail;
  }
  // Only the same taps: what is prepared of the next block was made with them.
  bool adopt(const OverlapSave& other) noexcept {
    if (other.block_ != block_ || other.taps_ != taps_ || !head_.adopt(other.head_)) return false;
    std::copy(other.spectra_.begin(), other.spectra_.end(), spectra_.begin());
    std::copy(other.now_.begin(), other.now_.end(), now_.begin());
    std::copy(other.next_.begin(), other.next_.end(), next_.begin());
    std::copy(other.settled_.begin(), other.settled_.end(), settled_.begin());
    newest_ = other.newest_;
    phase_ = other.phase_;
    return true;
  }
  template <class Archive>
  void state(Archive& archive) {
    head_.state(archive);
    archive(spectra_);
    archive(now_);
    archive(next_);
    archive(settled_);
    archive(newest_);
    archive(phase_);
    // A state from elsewhere must not point outside.
    if (newest_ < 0 || newest_ >= partitions_ || phase_ < 0 || phase_ >= block_) reset();
  }

 private:
  // How many channels are prepared for the next block.
  std::int64_t due() const noexcept { return phase_ * channels_ / block_; }
  double* spectrum(int channel, std::int64_t slot) noexcept {
    return spectra_.data() + (channel * partitions_ + slot) * 2 * bins_;
  }
  // The transform as the products take it: real parts, then imaginary parts.
  void split(double* to) noexcept {
    for (std::int64_t k = 0; k <= block_; ++k) {
      to[k] = transform_[static_cast<std::size_t>(k)].real();
      to[bins_ + k] = transform_[static_cast<std::size_t>(k)].imag();
    }
  }
  // What one channel's block after this one needs from the blocks before this one.
  void prepare(int channel) noexcept {
    if (settled_[static_cast<std::size_t>(channel)]) return;
    std::copy_n(head_.recent().last(channel, 2 * block_ + phase_), 2 * block_, frame_.begin());
    fft_.forward(frame_.data(), transform_.data());
    split(spectrum(channel, newest_));
    std::fill(sum_.begin(), sum_.end(), 0.0);
    double* sum = sum_.data();
    for (std::int64_t p = 0, slot = newest_; p < partitions_; ++p) {
      const double *x = spectrum(channel, slot), *h = responses_.data() + p * 2 * bins_;
      add_product_({x, x + bins_}, {h, h + bins_}, {sum, sum + bins_}, bins_);
      if (++slot == partitions_) slot = 0;
    }
    for (std::int64_t k = 0; k <= block_; ++k) transform_[static_cast<std::size_t>(k)] = {sum[k], sum[bins_ + k]};
    fft_.inverse(transform_.data(), frame_.data());
    std::copy_n(frame_.begin() + block_, block_, next_.begin() + channel * block_);
  }

  Taps taps_;
  std::int64_t block_;  // B
  std::int64_t bins_;   // B + 1, and zeros up to a multiple of four
  int channels_;
  std::int64_t partitions_;  // blocks of taps after the first two
  AddProduct add_product_;
  RealFft fft_;
  DirectFir head_;
  double tail_sum_ = 0;                // of the taps after the first two blocks
  std::vector<double> responses_;      // of those blocks of taps
  std::vector<double> spectra_;        // of the last blocks of every channel, a ring
  std::vector<double> now_;            // what earlier blocks give to this one, by channel
  std::vector<double> next_;           // and to the next
  std::vector<std::int64_t> settled_;  // per channel: settled in this block
  std::int64_t newest_ = 0;            // where the spectrum of the last whole block goes
  std::int64_t phase_ = 0;             // frames of this block so far
  std::vector<double> frame_;
  std::vector<std::complex<double>> transform_;
  std::vector<double> sum_;
};

}  // namespace unguard
