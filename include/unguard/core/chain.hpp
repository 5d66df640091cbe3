// SPDX-License-Identifier: Apache-2.0
// Filters in a row, as one filter. Chain is put together when compiling, RuntimeChain when running (plans, Python):
// both run the same kernel, so they give the same bits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unguard/core/kernel.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/core/priming.hpp"

namespace unguard {

namespace chain_detail {

inline Fault priming_not_first() {
  return {"Chain", "stages", "Priming after another stage", "Priming first, or not at all"};
}
inline Fault no_stages() { return {"Chain", "stages", "empty", "at least one filter"}; }
// After which two grids meet again; where no counter gets that far, never but at 0.
inline std::int64_t common_period(std::int64_t a, std::int64_t b) noexcept {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::int64_t step = b / std::gcd(a, b);
  return a > most / step ? most : a * step;
}

}  // namespace chain_detail

// The stand-in for Priming inside a chain: LiveFilter does the priming.
struct Through {
  void run(const double* x, double* y, std::int64_t n) noexcept {
    if (x != y) std::copy_n(x, n * channels, y);
  }
  void reset() noexcept {}
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int, double level) noexcept { return level; }
  bool adopt(const Through&) noexcept { return true; }
  RingingSamples ringing(const ErrorRatios& ratios) const { return rings_for(0, ratios); }
  double error_gain() const { return 1; }
  double reach(double level) const { return level; }
  StageLatency delay(Hertz) const { return {"Priming", DelayKind::none, 0, {}}; }
  template <class Archive>
  void state(Archive&) {}
  int channels = 0;
};
inline Result<Through> make_kernel(const Priming&, const StreamFormat& format) {
  return Through{.channels = format.channels.count()};
}
inline Seconds priming_of(const Priming& p) { return p.length; }

// A kernel of a type known only when running.
class AnyKernel {
 public:
  // First what it is not: asking whether AnyKernel is a Kernel asks whether it can be copied, which asks again.
  template <class K>
  requires(!std::same_as<K, AnyKernel> && Kernel<K>) explicit AnyKernel(K kernel)
      : self_(std::make_unique<Model<K>>(std::move(kernel))) {}
  AnyKernel(const AnyKernel& other) : self_(other.self_->clone()) {}
  AnyKernel(AnyKernel&&) noexcept = default;
  AnyKernel& operator=(const AnyKernel& other) {
    self_ = other.self_->clone();
    return *this;
  }
  AnyKernel& operator=(AnyKernel&&) noexcept = default;

  void run(const double* x, double* y, std::int64_t n) noexcept { self_->run(x, y, n); }
  bool says_of_levels() const noexcept { return self_->says_of_levels(); }
  void say_of(const double* levels, std::int64_t n, int channels, Marks* marks) const noexcept {
    self_->say_of(levels, n, channels, marks);
  }
  void reset() noexcept { self_->reset(); }
  void seek(std::int64_t n) noexcept { self_->seek(n); }
  std::int64_t period() const noexcept { return self_->period(); }
  double settle(int channel, double level) noexcept { return self_->settle(channel, level); }
  bool adopt(const AnyKernel& other) noexcept { return self_->adopt(*other.self_); }
  RingingSamples ringing(const ErrorRatios& ratios) const { return self_->ringing(ratios); }
  double error_gain() const { return self_->error_gain(); }
  double reach(double level) const { return self_->reach(level); }
  StageLatency delay(Hertz at) const { return self_->delay(at); }
  std::vector<StageLatency> delays(Hertz at) const { return self_->delays(at); }
  // Whether the next stage now runs inside this one, behind |x| or not; only while both are as new.
  bool absorb(const AnyKernel& next, bool rectified = false) { return self_->absorb(*next.self_, rectified); }
  // Whether it is |x| and nothing else.
  bool rectifies() const noexcept { return self_->rectifies(); }
  bool passes_through() const noexcept { return self_->passes_through(); }
  // What a linear kernel is made of; null where it is not linear.
  const LinearPart* linear() const noexcept { return self_->linear(); }
  void state(state_detail::Writer& archive) { self_->state(archive); }
  void state(state_detail::Reader& archive) { self_->state(archive); }
  void state(kernel_detail::AnyArchive&) {}

 private:
  struct Base {
    virtual ~Base() = default;
    virtual std::unique_ptr<Base> clone() const = 0;
    virtual const void* type() const noexcept = 0;
    virtual void run(const double*, double*, std::int64_t) noexcept = 0;
    virtual bool says_of_levels() const noexcept = 0;
    virtual void say_of(const double*, std::int64_t, int, Marks*) const noexcept = 0;
    virtual void reset() noexcept = 0;
    virtual void seek(std::int64_t) noexcept = 0;
    virtual std::int64_t period() const noexcept = 0;
    virtual double settle(int, double) noexcept = 0;
    virtual bool adopt(const Base&) noexcept = 0;
    virtual RingingSamples ringing(const ErrorRatios&) const = 0;
    virtual double error_gain() const = 0;
    virtual double reach(double) const = 0;
    virtual StageLatency delay(Hertz) const = 0;
    virtual std::vector<StageLatency> delays(Hertz) const = 0;
    virtual bool absorb(const Base&, bool rectified) = 0;
    virtual bool rectifies() const noexcept = 0;
    virtual bool passes_through() const noexcept = 0;
    virtual const LinearPart* linear() const noexcept = 0;
    virtual void state(state_detail::Writer&) = 0;
    virtual void state(state_detail::Reader&) = 0;
  };
  template <Kernel K>
  struct Model final : Base {
    explicit Model(K k) : kernel(std::move(k)) {}
    std::unique_ptr<Base> clone() const override { return std::make_unique<Model>(kernel); }
    // The address of a variable of its own names a type without run-time type information.
    static inline const char tag = 0;
    const void* type() const noexcept override { return &tag; }
    void run(const double* x, double* y, std::int64_t n) noexcept override { kernel.run(x, y, n); }
    bool says_of_levels() const noexcept override {
      if constexpr (requires { kernel.says_of_levels(); })
        return kernel.says_of_levels();
      else
        return SaysOfLevels<K>;
    }
    void say_of(const double* levels, std::int64_t n, int channels, Marks* marks) const noexcept override {
      unguard::say_of(kernel, levels, n, channels, marks);
    }
    void reset() noexcept override { kernel.reset(); }
    void seek(std::int64_t n) noexcept override { kernel.seek(n); }
    std::int64_t period() const noexcept override { return kernel.period(); }
    double settle(int channel, double level) noexcept override { return kernel.settle(channel, level); }
    bool adopt(const Base& other) noexcept override {
      return other.type() == type() && kernel.adopt(static_cast<const Model&>(other).kernel);
    }
    RingingSamples ringing(const ErrorRatios& ratios) const override { return kernel.ringing(ratios); }
    double error_gain() const override { return kernel.error_gain(); }
    double reach(double level) const override { return kernel.reach(level); }
    StageLatency delay(Hertz at) const override { return kernel.delay(at); }
    std::vector<StageLatency> delays(Hertz at) const override {
      if constexpr (requires { kernel.delays(at); })
        return kernel.delays(at);
      else
        return {kernel.delay(at)};
    }
    bool absorb(const Base& next, bool rectified) override {
      if constexpr (requires { kernel.absorb(kernel, rectified); })
        return next.type() == type() && kernel.absorb(static_cast<const Model&>(next).kernel, rectified);
      else
        return false;
    }
    bool rectifies() const noexcept override {
      return requires { K::rectifies; };
    }
    bool passes_through() const noexcept override { return std::same_as<K, Through>; }
    const LinearPart* linear() const noexcept override {
      if constexpr (requires { kernel.linear(); })
        return kernel.linear();
      else
        return nullptr;
    }
    void state(state_detail::Writer& archive) override { kernel.state(archive); }
    void state(state_detail::Reader& archive) override { kernel.state(archive); }
    K kernel;
  };
  std::unique_ptr<Base> self_;
};

namespace chain_detail {

using Stages = std::vector<const AnyKernel*>;
// A disturbance leaves one stage after the other. It comes to each as large as those before can make it, and what it
// leaves there must be small enough for those behind; together they may leave 1, so each that leaves anything has its
// share of that. What one stage has drawn out lasts for the next.
inline RingingSamples ringing(const Stages& stages, const ErrorRatios& ratios) {
  std::vector<RingingSamples> rings;
  std::vector<double> gains;
  double all = 1, shares = 0;
  for (const AnyKernel* stage : stages) {
    rings.push_back(stage->ringing(ratios));
    shares += !rings.back().to_the_end;
    gains.push_back(stages.size() > 1 ? stage->error_gain() : 1);
    all *= gains.back();
  }
  RingingSamples sum = rings_for(0, ratios);
  for (std::size_t k = 0; k < stages.size(); ++k) {
    const double elsewhere = gains[k] > 0 ? shares * all / gains[k] : 0;
    if (elsewhere != 1 && !rings[k].to_the_end) {
      ErrorRatios here = ratios;
      for (auto& ratio : here) ratio *= elsewhere;
      rings[k] = stages[k]->ringing(here);
    }
    for (std::size_t i = 0; i < ratios.size(); ++i) {
      sum.single[i] = sum.single[i] == 0 ? rings[k].single[i] : sum.single[i] + rings[k].lasting[i];
      sum.lasting[i] += rings[k].lasting[i];
    }
    sum.to_the_end &= rings[k].to_the_end;
  }
  return sum;
}

}  // namespace chain_detail

// What runs a chain: neighbours that can be one cascade are, and so are two with |x| between them. Each operation stays
// what it was, and so do the bits.
class ChainKernel {
 public:
  explicit ChainKernel(std::vector<AnyKernel> stages) {
    for (auto& stage : stages) append(std::move(stage));
    says_ = !steps_.empty() && steps_.back().kernel.says_of_levels();
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    const double* from = x;
    for (auto& step : steps_) {
      step.kernel.run(from, y, n);
      from = y;
    }
  }
  bool says_of_levels() const noexcept { return says_; }
  void say_of(const double* levels, std::int64_t n, int channels, Marks* marks) const noexcept {
    if (says_) steps_.back().kernel.say_of(levels, n, channels, marks);
  }
  void reset() noexcept {
    for (auto& step : steps_) step.kernel.reset();
  }
  void seek(std::int64_t n) noexcept {
    for (auto& step : steps_) step.kernel.seek(n);
  }
  std::int64_t period() const noexcept {
    std::int64_t all = 1;
    for (const auto& step : steps_) all = chain_detail::common_period(all, step.kernel.period());
    return all;
  }
  double settle(int channel, double level) noexcept {
    for (auto& step : steps_) level = step.kernel.settle(channel, level);
    return level;
  }
  bool adopt(const ChainKernel& other) noexcept {
    if (other.steps_.size() != steps_.size()) return false;
    bool all = true;  // every step is asked
    for (std::size_t i = 0; i < steps_.size(); ++i) all &= steps_[i].kernel.adopt(other.steps_[i].kernel);
    return all;
  }
  RingingSamples ringing(const ErrorRatios& ratios) const { return chain_detail::ringing(stages(), ratios); }
  double error_gain() const {
    double gain = 1;
    for (const AnyKernel* stage : stages()) gain *= stage->error_gain();
    return gain;
  }
  double reach(double level) const {
    for (const AnyKernel* stage : stages()) level = stage->reach(level);
    return level;
  }
  StageLatency delay(Hertz at) const {
    StageLatency sum{"Chain", DelayKind::none, 0, at};
    for (const AnyKernel* stage : stages()) sum.samples += stage->delay(at).samples;
    return sum;
  }
  std::vector<StageLatency> delays(Hertz at) const {
    std::vector<StageLatency> all;
    for (const AnyKernel* stage : stages())
      for (auto& delay : stage->delays(at)) all.push_back(std::move(delay));
    return all;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (auto& step : steps_) step.kernel.state(archive);
  }
  // What it is made of; neighbouring cascades are one.
  chain_detail::Stages stages() const {
    chain_detail::Stages all;
    for (const auto& step : steps_) {
      if (step.stages.empty()) all.push_back(&step.kernel);
      for (const auto& stage : step.stages) all.push_back(&stage);
    }
    return all;
  }

 private:
  // What runs, and the stages it stands for where they are several.
  struct Step {
    AnyKernel kernel;
    std::vector<AnyKernel> stages{};
  };

  void append(AnyKernel next) {
    const std::size_t n = steps_.size();
    if (n > 0 && steps_[n - 1].kernel.absorb(next)) {
      auto& stages = steps_[n - 1].stages;
      if (!stages.empty()) stages.back().absorb(next);
      return;
    }
    if (n > 1 && steps_[n - 1].kernel.rectifies()) {
      Step& before = steps_[n - 2];
      const AnyKernel alone = before.kernel;
      if (before.kernel.absorb(next, true)) {
        before.stages = {alone, std::move(steps_[n - 1].kernel), std::move(next)};
        steps_.pop_back();
        return;
      }
    }
    steps_.push_back({std::move(next)});
  }

  std::vector<Step> steps_;
  bool says_ = false;  // whether the last of them has something to say of its levels
};

namespace chain_detail {
// Stages that are sound one by one may still overflow together.
template <class S>
Result<ChainKernel> in_a_row(std::vector<AnyKernel> kernels, const S& spec, const StreamFormat& format) {
  ChainKernel kernel(std::move(kernels));
  if (kernel.reach(format.full_scale()) < largest_value) return kernel;
  return Fault{"Chain", "stages", to_text(spec), kernel_detail::expected_reach("stages", format)};
}
}  // namespace chain_detail

template <FilterSpec... S>
struct Chain {
  std::tuple<S...> stages;

  constexpr explicit Chain(S... all) : stages(std::move(all)...) {}
  friend bool operator==(const Chain&, const Chain&) = default;
};
template <class... S>
Chain(S...) -> Chain<S...>;

template <FilterSpec... S>
std::string to_text(const Chain<S...>& chain) {
  std::string text;
  std::apply([&](const auto&... stage) { ((text += (text.empty() ? "" : ", ") + to_text(stage)), ...); }, chain.stages);
  return "Chain{" + text + "}";
}
template <FilterSpec... S>
std::optional<Fault> validate(const Chain<S...>& chain) {
  std::optional<Fault> fault;
  std::size_t i = 0;
  std::apply(
      [&](const auto&... stage) {
        ((fault = fault                                    ? fault
                  : i++ > 0 && priming_of(stage).value > 0 ? chain_detail::priming_not_first()
                                                           : validate(stage)),
         ...);
      },
      chain.stages);
  return fault;
}
template <FilterSpec First, FilterSpec... Rest>
Seconds priming_of(const Chain<First, Rest...>& chain) {
  return priming_of(std::get<0>(chain.stages));
}
template <FilterSpec First, FilterSpec... Rest>
Result<ChainKernel> make_kernel(const Chain<First, Rest...>& chain, const StreamFormat& format) {
  static_assert((!std::same_as<Rest, Priming> && ...), "Priming stands first in a Chain, or not at all");
  std::vector<AnyKernel> kernels;
  std::optional<Fault> fault;
  const auto add = [&](const auto& stage) {
    if (fault) return;
    auto made = make_kernel(stage, format);
    if (made)
      kernels.push_back(AnyKernel(std::move(*made)));
    else
      fault = made.fault();
  };
  std::apply([&](const auto&... stage) { (add(stage), ...); }, chain.stages);
  if (fault) return *fault;
  return chain_detail::in_a_row(std::move(kernels), chain, format);
}

// A filter spec of a type known only when running.
class AnyFilterSpec {
 public:
  template <class S>
  requires(!std::same_as<S, AnyFilterSpec> && FilterSpec<S>) AnyFilterSpec(S spec)
      : self_(std::make_shared<const Model<S>>(std::move(spec))) {}

  std::string text() const { return self_->text(); }
  std::optional<Fault> fault() const { return self_->fault(); }
  Seconds priming() const { return self_->priming(); }
  bool is_priming() const { return self_->is_priming(); }
  Result<AnyKernel> make(const StreamFormat& format) const { return self_->make(format); }
  // What it was made of, where that is an S; else nullptr.
  template <FilterSpec S>
  const S* as() const noexcept {
    return self_->type() == &type_of<S> ? &static_cast<const Model<S>&>(*self_).spec : nullptr;
  }
  friend bool operator==(const AnyFilterSpec& a, const AnyFilterSpec& b) { return a.text() == b.text(); }

 private:
  // One address a type, without RTTI. Not const: linkers may fold constants that are alike.
  template <class S>
  inline static char type_of = 0;
  struct Base {
    virtual ~Base() = default;
    virtual const void* type() const noexcept = 0;
    virtual std::string text() const = 0;
    virtual std::optional<Fault> fault() const = 0;
    virtual Seconds priming() const = 0;
    virtual bool is_priming() const = 0;
    virtual Result<AnyKernel> make(const StreamFormat&) const = 0;
  };
  template <FilterSpec S>
  struct Model final : Base {
    explicit Model(S s) : spec(std::move(s)) {}
    const void* type() const noexcept override { return &type_of<S>; }
    std::string text() const override { return to_text(spec); }
    std::optional<Fault> fault() const override { return validate(spec); }
    Seconds priming() const override { return priming_of(spec); }
    bool is_priming() const override { return std::same_as<S, Priming>; }
    Result<AnyKernel> make(const StreamFormat& format) const override {
      auto made = make_kernel(spec, format);
      if (!made) return made.fault();
      return AnyKernel(std::move(*made));
    }
    S spec;
  };
  std::shared_ptr<const Base> self_;  // immutable, and only at set-up
};

struct RuntimeChain {
  std::vector<AnyFilterSpec> stages;

  friend bool operator==(const RuntimeChain&, const RuntimeChain&) = default;
};
inline std::string to_text(const RuntimeChain& chain) {
  std::string text;
  for (const auto& stage : chain.stages) text += (text.empty() ? "" : ", ") + stage.text();
  return "Chain{" + text + "}";
}
inline std::optional<Fault> validate(const RuntimeChain& chain) {
  if (chain.stages.empty()) return chain_detail::no_stages();
  for (std::size_t i = 1; i < chain.stages.size(); ++i)
    if (chain.stages[i].is_priming()) return chain_detail::priming_not_first();
  for (std::size_t i = 0; i < chain.stages.size(); ++i) {
    if (auto fault = chain.stages[i].fault()) return fault;
    // A chain within this one may begin with Priming.
    if (i > 0 && chain.stages[i].priming().value > 0) return chain_detail::priming_not_first();
  }
  return std::nullopt;
}
inline Seconds priming_of(const RuntimeChain& chain) { return chain.stages.front().priming(); }
inline Result<ChainKernel> make_kernel(const RuntimeChain& chain, const StreamFormat& format) {
  std::vector<AnyKernel> kernels;
  for (const auto& stage : chain.stages) {
    auto made = stage.make(format);
    if (!made) return made.fault();
    kernels.push_back(std::move(*made));
  }
  return chain_detail::in_a_row(std::move(kernels), chain, format);
}

}  // namespace unguard
