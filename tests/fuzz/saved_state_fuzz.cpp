// SPDX-License-Identifier: Apache-2.0
// A saved session in which any bytes are others, with a checksum that is right again; and any bytes at all. Truth: it
// is refused, or the session goes on: nothing is read out of bounds, everything ends, and values are numbers.
#include <cmath>
#include <cstring>
#include <numbers>
#include <random>
#include <vector>

#include "fuzz/bytes_in.hpp"
#include "fuzz/expect.hpp"
#include "stream/usual_session.hpp"
#include "unguard/core/state.hpp"

namespace unguard {
namespace {

using namespace literals;
using Session = LivePipeline<UsualCleaning>;

constexpr Hertz rate{500};
constexpr std::int64_t frames = 64;

const StreamFormat& format() {
  static const StreamFormat f{.rate = rate, .channels = Channels{"left", "right"}};
  return f;
}
Session begun() {
  Pipeline plan{Chain{Priming{20_ms}, Bandpass{.high = {0.4 * rate.value}}}};
  plan.mains = Mains{{.frequency = 50_Hz}};
  plan.heart = EcgSubtraction{};
  plan.readings.interval = 20_ms;
  plan.events = SpasmDetector{.learn = 2_s};
  return start(plan, format());
}
void feed(Session& live, std::int64_t blocks, std::uint32_t seed) {
  static Sink<Reading> readings(1024);
  static Sink<Event> events(1024);
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 5);
  std::vector<double> x(static_cast<std::size_t>(2 * frames));
  for (std::int64_t b = 0; b < blocks; ++b) {
    for (double& v : x) v = normal(random);
    for (std::int64_t done = 0; done < frames;) {
      const Consumed c = live.process(ConstBlock{x.data(), frames, 2}.part(done, frames - done), readings, events);
      fuzz::expect(c.status == Status::ok || c.status == Status::full, "a session goes on");
      for (const Reading& r : readings.items())
        if (r.value()) fuzz::expect(std::isfinite(*r.value()), "a value is a number");
      for (const Event& e : events.items()) fuzz::expect(!std::isnan(e.area_uV_s), "an area is a number");
      fuzz::expect(c.frames > 0 || !readings.items().empty() || !events.items().empty(), "a session gets on");
      readings.clear();
      events.clear();
      done += c.frames;
    }
  }
}
const SavedState& saved() {
  static const SavedState bytes = [] {
    Session live = begun();
    feed(live, 40, 7);  // five seconds: a heart is looked for, rest is learnt, something waits
    return live.save();
  }();
  return bytes;
}

}  // namespace
}  // namespace unguard

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unguard;
  static Session live = begun();
  live.reset();
  // As they come: nothing is behind such a state but its header.
  if (live.load({reinterpret_cast<const std::byte*>(data), size}) == Status::ok) feed(live, 1, 3);
  SavedState state = saved();
  const std::size_t head = sizeof(state_detail::Header);
  fuzz::BytesIn in(data, size);
  while (!in.empty()) {
    const std::size_t at = head + in.take<std::uint32_t>() % (state.size() - head);
    const auto many = static_cast<std::size_t>(1 + in.up_to(7));
    for (std::size_t i = 0; i < many && at + i < state.size(); ++i) state[at + i] = in.take<std::byte>();
  }
  state_detail::Header header;
  std::memcpy(&header, state.data(), head);
  header.checksum = state_detail::checksum(std::span<const std::byte>(state).subspan(head));
  std::memcpy(state.data(), &header, head);
  live.reset();
  if (live.load(state) == Status::ok) feed(live, 6, 11);
  return 0;
}
