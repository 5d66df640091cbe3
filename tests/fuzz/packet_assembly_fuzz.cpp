// SPDX-License-Identifier: Apache-2.0
// Any packets with any numbers at any times. Truth: every packet is counted once, comes out at most once and with its
// shape, and what never came is marked missing.
#include <array>
#include <cmath>
#include <vector>

#include "fuzz/bytes_in.hpp"
#include "fuzz/expect.hpp"
#include "unguard/stream/packet_assembly.hpp"

namespace unguard {
namespace {

using fuzz::expect;

void run(fuzz::BytesIn in) {
  const auto frames = static_cast<int>(1 + in.up_to(7)), channels = static_cast<int>(1 + in.up_to(3));
  const PacketAssembly spec{.frames = frames,
                            .sequence_bits = static_cast<int>(2 + in.up_to(30)),
                            .reorder = {static_cast<double>(in.up_to(200)) / 1000},
                            .longest_gap = {static_cast<double>(in.up_to(1000)) / 1000}};
  const StreamFormat format{.rate = {1000}, .channels = Channels::unnamed(channels)};
  PacketAssembler live(spec, format);
  const auto size = static_cast<std::size_t>(frames * channels);
  std::vector<double> samples(size + static_cast<std::size_t>(channels));
  std::vector<Marks> marks(size);
  std::int64_t out = 0, lost = 0;
  std::vector<bool> came(4097);  // by what was written into each packet: how manieth it is
  const auto deliver = [&](const ConstBlock& block) {
    expect(block.frames == frames && block.channels == channels && block.data, "packets keep their shape");
    ++out;
    const bool missing = block.marks && (block.marks[0] & mark::missing) && block.data[0] == 0;
    lost += missing;
    if (missing) return;
    const auto which = static_cast<std::size_t>(block.data[0]);
    expect(which > 0 && which < came.size() && !came[which], "each that comes out came in, and comes out once");
    came[which] = true;
  };
  std::int64_t pushed = 0;
  while (!in.empty() && pushed < 4096) {
    const auto what = in.take<std::uint8_t>();
    Packet packet{.sequence = in.take<std::uint32_t>() & ((std::uint64_t{1} << spec.sequence_bits) - 1),
                  .samples = {samples.data(), frames, channels, (what & 1) ? marks.data() : nullptr}};
    if (what & 2) packet.arrived = Seconds{in.take<float>()};
    if (what & 4) packet.samples.frames += 1;
    if (what & 8) packet.samples.data = nullptr;
    const PacketCounts before = live.counts();
    samples.assign(samples.size(), static_cast<double>(pushed + 1));
    static_cast<void>(live.push(packet, deliver));
    ++pushed;
    const PacketCounts now = live.counts();
    expect(now.received == pushed && now.received == before.received + 1, "every packet is counted");
    expect(now.received == now.delivered + live.held() + now.duplicate + now.late + now.refused, "and once");
    expect(live.held() <= live.window(), "no more is held than is stated");
    expect(now.lost >= now.skipped && out == now.delivered + now.lost - now.skipped,
           "what comes out is what is counted");
    expect(lost <= now.lost, "and what is marked missing was lost");
  }
  live.finish(deliver);
  expect(live.held() == 0, "nothing is left behind");
  expect(live.counts().received ==
             live.counts().delivered + live.counts().duplicate + live.counts().late + live.counts().refused,
         "every packet has an end");
}

}  // namespace
}  // namespace unguard

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unguard::run({data, size});
  return 0;
}
