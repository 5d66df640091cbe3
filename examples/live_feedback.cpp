// SPDX-License-Identifier: Apache-2.0
// The shortest biofeedback app: a simulated back rests and now and then tenses; its level is followed in blocks of 10
// ms, and a cue says when it rises above a threshold. Each cue prints its age: what filters and window delay, what the
// block waited, what computing took.
//   live_feedback [SECONDS] [--fast]      20 s in real time; --fast does not wait for the clock
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/simulate/simulator.hpp"

int main(int argc, char** argv) try {
  using namespace unguard;
  using namespace unguard::literals;
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point t) { return std::chrono::duration<double>(Clock::now() - t).count(); };
  const bool fast = argc > 1 && std::string_view(argv[argc - 1]) == "--fast";
  const double seconds = argc > 1 && std::atof(argv[1]) > 0 ? std::atof(argv[1]) : 20;

  // Where the signal comes from: replace this by your device.
  Simulator back = start_simulator({.seed = 7, .duration = {std::max(seconds, 10.0)}, .rest_events = {.quiet = 3_s}});
  const StreamFormat format = back.format();

  // The ten lines of the app.
  const Microvolts cue = 8_uV, calm = 5_uV;  // a cue comes again only after calm
  auto chain = start(Chain{Priming{20_ms}, Bandpass{}, Notch{.frequency = 50_Hz}, Rms{.window = 125_ms}}, format);
  const int channels = format.channels.count();
  const std::int64_t block = samples_in(10_ms, format.rate);
  const double algorithmic = chain.latency().total().value, waiting = static_cast<double>(block) / format.rate.value;
  std::vector<double> signal(static_cast<std::size_t>(block * channels)), level(signal.size()), clean(signal.size());
  std::vector<double> angle(static_cast<std::size_t>(block));
  std::vector<Marks> marks(signal.size());
  std::vector<bool> tense(static_cast<std::size_t>(channels));

  for (const StageLatency& stage : chain.latency().stages)
    std::printf("%-9s %5.1f ms  %s\n", stage.stage.c_str(), 1e3 * stage.samples / format.rate.value,
                std::string(to_text(stage.kind)).c_str());
  int cues = 0;
  const auto began = Clock::now();
  for (double t = 0; t + waiting <= seconds; t += waiting) {
    back.generate({signal.data(), block, channels}, {clean.data(), block, channels}, angle);
    if (!fast) std::this_thread::sleep_until(began + std::chrono::duration<double>(t + waiting));
    const auto arrived = Clock::now();
    chain.process({signal.data(), block, channels}, {level.data(), block, channels, marks.data()});
    const auto last = static_cast<std::size_t>((block - 1) * channels);
    for (int c = 0; c < channels; ++c) {
      const std::size_t i = last + static_cast<std::size_t>(c), k = static_cast<std::size_t>(c);
      if (marks[i] != mark::none) continue;  // a level that is not sure cues nobody
      if (!tense[k] && level[i] > cue.value) {
        const double computing = since(arrived);
        std::printf("%7.2f s  %-14s %5.1f uV  let go   age %.2f ms = %.1f algorithm + %.1f block + %.3f computing\n",
                    t + waiting, format.channels[c].name.c_str(), level[i], 1e3 * (algorithmic + waiting + computing),
                    1e3 * algorithmic, 1e3 * waiting, 1e3 * computing);
        ++cues;
        tense[k] = true;
      } else if (level[i] < calm.value) {
        tense[k] = false;
      }
    }
  }
  std::printf("%d cues in %.1f s of signal, %.2f s by the clock\n", cues, seconds, since(began));
  return 0;
} catch (const unguard::ConfigError& error) {
  return std::fprintf(stderr, "live_feedback: %s\n", error.what()), 2;
}
