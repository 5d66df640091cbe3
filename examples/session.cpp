// SPDX-License-Identifier: Apache-2.0
// A session as a clinician's app would run it: a simulated back whose electrodes come off now and then, in a room that
// hums. What comes out is a level every 0.1 s, only while its channel is trusted, and a line whenever trust changes.
//   session [SECONDS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "unguard/denoise/line_canceller.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/simulator.hpp"
#include "unguard/stream/pipeline.hpp"

int main(int argc, char** argv) try {
  using namespace unguard;
  using namespace unguard::literals;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 60;

  // Where the signal comes from: replace this by your device.
  Simulator back = start_simulator({.seed = 11,
                                    .duration = {std::max(seconds, 10.0)},
                                    .mains = MainsArtefact{.level = {100_uV}},
                                    .lead_off = LeadOff{.per_hour = 120}});
  const StreamFormat format = back.format();

  // [session]
  Pipeline plan{Chain{Priming{20_ms}, Bandpass{}}};
  plan.mains = Mains{{.frequency = 50_Hz}};
  plan.readings.interval = 100_ms;
  auto live = start(plan, format);
  Sink<Reading> readings(1024);
  Sink<Event> events(1);
  // [session]

  const int channels = format.channels.count();
  const std::int64_t block = samples_in(10_ms, format.rate);
  std::vector<double> signal(static_cast<std::size_t>(block * channels)), clean(signal.size());
  std::vector<double> angle(static_cast<std::size_t>(block));
  std::vector<Trust> before(static_cast<std::size_t>(channels), Trust::warmup);
  std::vector<long> valid(before.size()), all(before.size());
  for (std::int64_t done = 0; done + block <= samples_in({seconds}, format.rate); done += block) {
    back.generate({signal.data(), block, channels}, {clean.data(), block, channels}, angle);
    live.process({signal.data(), block, channels}, readings, events);
    for (const Reading& r : readings.items()) {
      const auto c = static_cast<std::size_t>(r.channel());
      ++all[c];
      valid[c] += r.value().has_value();
      if (r.trust() == before[c]) continue;
      std::printf("%7.2f s  %-14s %s", static_cast<double>(r.at().value) / format.rate.value,
                  format.channels[r.channel()].name.c_str(), std::string(to_text(r.trust())).c_str());
      if (r.value()) std::printf("  %.1f uV", *r.value());
      for (int bit = 0; bit < mark::bits; ++bit)
        if (r.reasons() & (1 << bit))
          std::printf("  %s", std::string(mark::names[static_cast<std::size_t>(bit)]).c_str());
      std::printf("\n");
      before[c] = r.trust();
    }
    readings.clear();
  }
  for (int c = 0; c < channels; ++c)
    std::printf("%s: a level for %.1f %% of the time\n", format.channels[c].name.c_str(),
                100.0 * static_cast<double>(valid[static_cast<std::size_t>(c)]) /
                    static_cast<double>(std::max(all[static_cast<std::size_t>(c)], 1L)));
  return 0;
} catch (const unguard::ConfigError& error) {
  return std::fprintf(stderr, "session: %s\n", error.what()), 2;
}
