// SPDX-License-Identifier: Apache-2.0
// How much a muscle stiffens as a movement starts, and how long it takes to let go, at instants of a record that are
// given. Their Python face is unguard.clinical.letting_go.
#include "letting_go.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "convert.hpp"
#include "define.hpp"
#include "intervals.hpp"
#include "register.hpp"
#include "spec_class.hpp"
#include "unguard/clinical/power_course.hpp"
#include "whole_record.hpp"
#include "without_gil.hpp"

namespace unguard::python {

py::object or_none(const std::optional<Stiffening>& found) {
  if (!found) return py::none();
  py::dict d;
  d["standing"] = found->standing;
  d["before"] = found->before;
  d["after"] = found->after;
  d["rise_before"] = with_interval(found->rise_before);
  d["rise_after"] = with_interval(found->rise_after);
  d["at_least"] = found->at_least;
  return d;
}
py::object or_none(const std::optional<Relaxing>& found) {
  if (!found) return py::none();
  py::dict d;
  d["time_s"] = found->time.value;
  d["censored"] = found->censored;
  d["target_uV"] = found->target.value;
  d["share"] = found->share;
  return d;
}

namespace {

// Instants of a record, one behind the other.
std::vector<std::int64_t> in_order(const WholeRecord& record,
                                   const std::vector<std::pair<const char*, py::handle>>& instants) {
  std::string all;
  for (const auto& [name, given] : instants) all += (all.empty() ? "" : ", ") + std::string(name);
  const std::string expected = all + " in order, samples 0 to " + std::to_string(record.in.frames);
  std::vector<std::int64_t> found;
  for (const auto& [name, given] : instants) {
    const std::int64_t at = whole_number(name, given, expected);
    if (at < (found.empty() ? 0 : found.back()) || at > record.in.frames)
      raise_argument(name, std::to_string(at), expected);
    found.push_back(at);
  }
  return found;
}
// EMG of one muscle.
PowerCourse powers_of(const WholeRecord& record) {
  if (record.in.channels != 1) raise_argument("x", std::to_string(record.in.channels) + " channels wide", "one muscle");
  return without_gil([&] { return power_course_of(record.block(), record.format.rate); });
}

py::object stiffened(const Given<given::MovementStartSpec>& spec, const Given<given::Array>& x,
                     const Given<given::Float>& fs, const Given<given::Int>& start, const Given<given::Int>& standing,
                     const Given<given::Marks>& marks) {
  const auto& s = object_of<MovementStart>("spec", spec, "a MovementStart");
  const WholeRecord record(x, fs, py::none(), marks);
  const PowerCourse course = powers_of(record);
  const auto at = in_order(record, {{"standing", standing}, {"start", start}});
  return or_none(take(stiffening(s, course, 0, at[1], at[0])));
}
py::object relaxed(const Given<given::TimeToRelaxSpec>& spec, const Given<given::Array>& x,
                   const Given<given::Float>& fs, const Given<given::Int>& standing, const Given<given::Int>& bending,
                   const Given<given::Int>& end, const Given<given::OptionalInt>& until,
                   const Given<given::Marks>& marks) {
  const auto& s = object_of<TimeToRelax>("spec", spec, "a TimeToRelax");
  const WholeRecord record(x, fs, py::none(), marks);
  const PowerCourse course = powers_of(record);
  const py::handle given_until = until;
  const py::int_ last(record.in.frames);
  const auto at = in_order(record, {{"standing", standing},
                                    {"bending", bending},
                                    {"end", end},
                                    {"until", given_until.is_none() ? py::handle(last) : given_until}});
  return or_none(take(time_to_relax(s, course, 0, {.standing = at[0], .bending = at[1], .end = at[2]}, at[3])));
}

}  // namespace

void register_letting_go(py::module_& m) {
  bind_spec<MovementStart>(m);
  bind_spec<TimeToRelax>(m);
  define(m, "_stiffening", &stiffened, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"), py::arg("start"),
         py::arg("standing"), py::arg("marks") = py::none());
  define(m, "_time_to_relax", &relaxed, py::arg("spec"), py::arg("x"), py::kw_only(), py::arg("fs"),
         py::arg("standing"), py::arg("bending"), py::arg("end"), py::arg("until") = py::none(),
         py::arg("marks") = py::none());
}

}  // namespace unguard::python
