// SPDX-License-Identifier: Apache-2.0
// Numbered packets of samples put back into one stream: in order, each once, what never came marked missing for as long
// as it would have lasted, and everything counted exactly. Sequence numbers of any width may wrap: RFC 1982,
// doi:10.17487/RFC1982. Cost: a copy of what came early. Latency: none while packets come in order; behind a missing
// one, until it comes or `reorder` is full.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/format.hpp"
#include "unguard/stream/sequence.hpp"

namespace unguard {

struct PacketAssembly {
  int frames = 10;
  int sequence_bits = 16;
  Seconds reorder{0.05};
  Seconds longest_gap{10};

  friend bool operator==(const PacketAssembly&, const PacketAssembly&) = default;
};
constexpr SpecInfo info(const PacketAssembly*) {
  return {"PacketAssembly", "numbered packets of samples put back into one stream",
          "Elz & Bush 1996, RFC 1982, doi:10.17487/RFC1982"};
}
constexpr auto fields(const PacketAssembly*) {
  return field_list(
      field<&PacketAssembly::frames>("frames", "frames in every packet", between(1, 65536)),
      field<&PacketAssembly::sequence_bits>("sequence_bits", "width of the packets' counter", between(2, 32)),
      field<&PacketAssembly::reorder>("reorder",
                                      "how much of the stream behind a missing packet is held while it may still come; "
                                      "rounded up to whole packets",
                                      between(0, 10)),
      field<&PacketAssembly::longest_gap>(
          "longest_gap", "a longer loss is not filled to its end: the rest is counted as skipped", between(0, 3600)));
}

// One packet as it came. Its samples are read during the call only.
struct Packet {
  std::uint64_t sequence = 0;  // modulo 2^sequence_bits
  ConstBlock samples{};
  std::optional<Seconds> arrived{};  // of a steady clock; tells after a long silence how often the counter has wrapped
};

// Since the start, in packets. received = delivered + held + duplicate + late + refused.
struct PacketCounts {
  std::int64_t received = 0;
  std::int64_t delivered = 0;  // handed on with their samples
  std::int64_t lost = 0;       // handed on as missing, or skipped
  std::int64_t reordered = 0;  // of those delivered: came after one with a higher number
  std::int64_t duplicate = 0;  // had come before
  std::int64_t late = 0;       // came after having been given up, or before the first of the stream
  std::int64_t refused = 0;    // of another shape
  std::int64_t skipped = 0;    // of those lost: not handed on
  std::int64_t restarts = 0;   // the counter began anew, as after a reset of the device

  friend bool operator==(const PacketCounts&, const PacketCounts&) = default;
};

class PacketAssembler {
 public:
  PacketAssembler(const PacketAssembly& spec, const StreamFormat& format)
      : spec_(spec), format_(format), channels_(format.channels.count()) {
    const auto packets_in = [&](Seconds duration) {
      return static_cast<std::int64_t>(std::ceil(duration * format.rate / spec.frames - 1e-9));
    };
    window_ = packets_in(spec.reorder);
    most_missing_ = packets_in(spec.longest_gap);
    // What is remembered of the past tells a packet that comes again from one that comes late.
    past_ = std::min<std::int64_t>(std::int64_t{1} << (spec.sequence_bits - 1), remembered);
    const auto room = static_cast<std::size_t>(window_ + 1), size = size_of_packet();
    values_.resize(room * size);
    marks_.resize(room * size);
    held_.resize(room);
    given_up_.resize(static_cast<std::size_t>(past_));
    missing_values_.resize(size);
    missing_marks_.assign(size, mark::missing);
  }

  const PacketAssembly& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  const PacketCounts& counts() const noexcept { return counts_; }
  // Frames handed on so far, and skipped: where the stream stands in time.
  SampleIndex position() const noexcept { return {next_ * spec_.frames}; }
  // Packets that wait for one before them.
  std::int64_t held() const noexcept { return waiting_; }
  // Packets that are held at most.
  std::int64_t window() const noexcept { return window_; }

  void reset() noexcept {
    counts_ = {};
    begun_ = false;
    next_ = highest_ = waiting_ = astray_ = 0;
    std::fill(held_.begin(), held_.end(), std::uint8_t{0});
    std::fill(given_up_.begin(), given_up_.end(), std::uint8_t{0});
  }

  // Calls deliver(ConstBlock) for every packet that is due now, in order.
  template <class Deliver>
  Status push(const Packet& packet, Deliver&& deliver) noexcept {
    ++counts_.received;
    if (const Status status = fits(packet.samples); status != Status::ok) {
      ++counts_.refused;
      return status;
    }
    const std::int64_t number = begun_ ? number_of(packet) : 0;
    if (!begun_) begin(packet);
    if (number >= last_number) {
      ++counts_.refused;
      return Status::ended;
    }
    if (number < next_) {
      old(packet, number, deliver);
      return Status::ok;
    }
    astray_ = 0;
    take(packet, number, deliver);
    return Status::ok;
  }

  // Nothing more comes, or nothing came for too long: hands on what is held, as if what is missing were lost.
  template <class Deliver>
  void finish(Deliver&& deliver) noexcept {
    while (waiting_ > 0) hand_on(deliver);
  }

 private:
  static constexpr std::int64_t remembered = 4096;  // packets
  // Two thousand years of milliseconds, and the frames of all still fit their counter.
  static constexpr std::int64_t last_number = std::int64_t{1} << 46;

  std::size_t size_of_packet() const {
    return static_cast<std::size_t>(spec_.frames) * static_cast<std::size_t>(channels_);
  }
  Status fits(const ConstBlock& samples) const noexcept {
    if (samples.channels != channels_) return Status::wrong_channels;
    if (samples.frames != spec_.frames) return Status::wrong_frames;
    return samples.data ? Status::ok : Status::missing_data;
  }

  void begin(const Packet& packet) noexcept {
    begun_ = true;
    first_ = packet.sequence;
    arrived_ = packet.arrived;
  }
  // The packet's number since the first of the stream, which is 0.
  std::int64_t number_of(const Packet& packet) const noexcept {
    std::int64_t expected = highest_ + 1;
    const auto half = std::int64_t{1} << (spec_.sequence_bits - 1);
    if (packet.arrived && arrived_) {
      const double elapsed = (*packet.arrived - *arrived_) * format_.rate / spec_.frames;
      // Only a silence of more than half a turn can hide one; below that arrival times are the less exact of the two.
      if (elapsed >= static_cast<double>(half) && elapsed < static_cast<double>(last_number))
        expected = highest_ + std::llround(elapsed);
    }
    return sequence::nearest(expected, packet.sequence - first_, spec_.sequence_bits);
  }

  std::size_t slot(std::int64_t number) const noexcept { return static_cast<std::size_t>(number % (window_ + 1)); }
  std::uint8_t& given_up(std::int64_t number) noexcept { return given_up_[static_cast<std::size_t>(number % past_)]; }

  // One that is due or early.
  template <class Deliver>
  void take(const Packet& packet, std::int64_t number, Deliver& deliver) noexcept {
    const bool seen = number - next_ <= window_ && held_[slot(number)];
    if (seen) {
      ++counts_.duplicate;
      return;
    }
    counts_.reordered += number < highest_;
    if (number >= highest_) {
      highest_ = number;
      if (packet.arrived) arrived_ = packet.arrived;
    }
    while (number - next_ > window_ && waiting_ > 0) hand_on(deliver);
    if (number - next_ > window_) skip_to(number - window_, deliver);
    if (number == next_) {
      deliver(packet.samples);
      ++counts_.delivered;
      given_up(next_++) = 0;
    } else {
      hold(packet.samples, number);
    }
    while (waiting_ > 0 && held_[slot(next_)]) hand_on(deliver);
  }
  void hold(const ConstBlock& samples, std::int64_t number) noexcept {
    const std::size_t at = slot(number), size = size_of_packet();
    std::copy_n(samples.data, size, values_.data() + at * size);
    if (samples.marks)
      std::copy_n(samples.marks, size, marks_.data() + at * size);
    else
      std::fill_n(marks_.data() + at * size, size, mark::none);
    held_[at] = 1;
    ++waiting_;
  }
  // The next packet, held or missing.
  template <class Deliver>
  void hand_on(Deliver& deliver) noexcept {
    const std::size_t at = slot(next_), size = size_of_packet();
    if (held_[at]) {
      deliver(ConstBlock{values_.data() + at * size, spec_.frames, channels_, marks_.data() + at * size});
      held_[at] = 0;
      --waiting_;
      ++counts_.delivered;
      given_up(next_) = 0;
    } else {
      deliver(ConstBlock{missing_values_.data(), spec_.frames, channels_, missing_marks_.data()});
      ++counts_.lost;
      given_up(next_) = 1;
    }
    ++next_;
  }
  // Nothing is held: all up to `number` is lost.
  template <class Deliver>
  void skip_to(std::int64_t number, Deliver& deliver) noexcept {
    // Those up to a window later may be missing as well, and are filled when their time is up.
    const std::int64_t all = number - next_, skipped = all - std::clamp(most_missing_ - window_, std::int64_t{0}, all);
    const std::int64_t filled = all - skipped;
    for (std::int64_t k = 0; k < filled; ++k) hand_on(deliver);
    for (std::int64_t n = std::max(next_, number - past_); n < number; ++n) given_up(n) = 1;
    next_ = number;
    counts_.lost += skipped;
    counts_.skipped += skipped;
  }

  // One whose turn is over: late, come again, or the first of a counter that began anew.
  template <class Deliver>
  void old(const Packet& packet, std::int64_t number, Deliver& deliver) noexcept {
    // More of them in a row than can be under way, each one further than the last: the counter began anew.
    astray_ = astray_ > 0 && number == stray_ + 1 ? astray_ + 1 : 1;
    stray_ = number;
    if (astray_ > window_ + 1) return restart(packet, deliver);
    const bool remembered_one = number >= 0 && next_ - number <= past_;
    if (!remembered_one || given_up(number)) {
      ++counts_.late;
      if (remembered_one) given_up(number) = 0;
    } else {
      ++counts_.duplicate;
    }
  }
  template <class Deliver>
  void restart(const Packet& packet, Deliver& deliver) noexcept {
    finish(deliver);
    ++counts_.restarts;
    // Those that told it took their time too.
    skip_to(next_ + astray_ - 1, deliver);
    // The numbers go on from here: those of the new counter are as far off as they now differ.
    first_ = packet.sequence - static_cast<std::uint64_t>(next_);
    highest_ = next_;
    arrived_ = packet.arrived;
    astray_ = 0;
    take(packet, next_, deliver);
  }

  PacketAssembly spec_;
  StreamFormat format_;
  int channels_;
  std::int64_t window_ = 0, most_missing_ = 0, past_ = 0;
  std::vector<double> values_{}, missing_values_{};
  std::vector<Marks> marks_{}, missing_marks_{};
  std::vector<std::uint8_t> held_{}, given_up_{};

  PacketCounts counts_{};
  bool begun_ = false;
  std::int64_t next_ = 0, highest_ = 0, waiting_ = 0;
  std::int64_t astray_ = 0, stray_ = 0;
  std::uint64_t first_ = 0;
  std::optional<Seconds> arrived_{};
};

inline Result<PacketAssembler> try_start(const PacketAssembly& spec, const StreamFormat& format) {
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  // Within half a turn of the counter a packet must be told from one that comes late.
  const double turn = std::ldexp(1.0, spec.sequence_bits - 1) * spec.frames;
  if (!(spec.reorder * format.rate < turn))
    return fault_of<PacketAssembly>(
        "reorder", spec.reorder, "less than half a turn of the counter, " + to_text(Seconds{turn / format.rate.value}));
  return PacketAssembler(spec, format);
}
#if defined(__cpp_exceptions)
inline PacketAssembler start(const PacketAssembly& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
