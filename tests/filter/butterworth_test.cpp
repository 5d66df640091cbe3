// SPDX-License-Identifier: Apache-2.0
// Truth: coefficients written down before the other families came, and |H|^2 = 1 / (1 + w^2N).
#include "unguard/filter/butterworth.hpp"

#include <gtest/gtest.h>

#include "filter/gains.hpp"

namespace unguard {
namespace {

template <class S>
void expect_sections(const S& spec, const Sections& expected) {
  EXPECT_EQ(sections_of(spec), expected) << to_text(spec);
}

TEST(Butterworth, KeepsItsBits) {
  expect_sections(
      Lowpass{.cutoff = {450}, .order = 5},
      {{0x1.d7b468ee19075p-2, 0x1.d7b468ee19075p-2, 0x0p+0, -0x1.425cb88f37c5bp-4, 0x0p+0},
       {0x1.e0258ddf5b1b3p-3, 0x1.e0258ddf5b1b3p-2, 0x1.e0258ddf5b1b3p-3, -0x1.64297721361d6p-3, 0x1.c97f5d3d45141p-4},
       {0x1.4ae881d72b62fp-2, 0x1.4ae881d72b62fp-1, 0x1.4ae881d72b62fp-2, -0x1.eaeba61b2977p-3, 0x1.108bed352123ap-1}});
  expect_sections(Lowpass{.cutoff = {0.02}, .order = 3},
                  {{0x1.078711b2809fp-15, 0x1.078711b2809fp-15, 0x0p+0, -0x1.fff7c3c7726cp-1, 0x0p+0},
                   {0x1.0f48fc222c68cp-30, 0x1.0f48fc222c68cp-29, 0x1.0f48fc222c68cp-30, -0x1.fffbe1d2c4b7bp+0,
                    0x1.fff7c3c7728eep-1}});
  expect_sections(
      Highpass{.cutoff = {20}, .order = 4},
      {{0x1.e3731345aca32p-1, -0x1.e3731345aca32p+0, 0x1.e3731345aca32p-1, -0x1.e2f8d879adf8fp+0, 0x1.c7da9c23569abp-1},
       {0x1.f37e1a53e61c1p-1, -0x1.f37e1a53e61c1p+0, 0x1.f37e1a53e61c1p-1, -0x1.f2ffd1288ff2cp+0,
        0x1.e7f8c6fe788abp-1}});
  expect_sections(
      Highpass{.cutoff = {998}, .order = 7},
      {{0x1.9a7c91e2e6908p-9, -0x1.9a7c91e2e6908p-9, 0x0p+0, 0x1.fccb06dc3a32ep-1, 0x0p+0},
       {0x1.494dc08a61505p-17, -0x1.494dc08a61505p-16, 0x1.494dc08a61505p-17, 0x1.fd1b9dc4325e5p+0,
        0x1.fa3c60bf66e63p-1},
       {0x1.49e0275999a7p-17, -0x1.49e0275999a7p-16, 0x1.49e0275999a7p-17, 0x1.fdfdf47f89093p+0, 0x1.fc01107faf78cp-1},
       {0x1.4ab49c57a590fp-17, -0x1.4ab49c57a590fp-16, 0x1.4ab49c57a590fp-17, 0x1.ff466a984cb8cp+0,
        0x1.fe9200030ad01p-1}});
  expect_sections(
      Bandpass{.low = {20}, .high = {450}, .order = 4},
      {{0x1.ef985a833ba34p-1, -0x1.ef985a833ba34p+0, 0x1.ef985a833ba34p-1, -0x1.e16de847ae669p+0, 0x1.c5074f84ef737p-1},
       {0x1.e65833986d96dp-1, -0x1.e65833986d96dp+0, 0x1.e65833986d96dp-1, -0x1.f39c1201d3cc3p+0, 0x1.e93bb00e422ccp-1},
       {0x1.b2f4708d5c9eep-3, 0x1.b2f4708d5c9eep-2, 0x1.b2f4708d5c9eep-3, -0x1.dbbd31f1b0b5p-3, 0x1.deee67f91c82bp-5},
       {0x1.32d5bd94c5813p-2, 0x1.32d5bd94c5813p-1, 0x1.32d5bd94c5813p-2, -0x1.f589671b4cfa3p-3,
        0x1.e8dabdbffa845p-2}});
  expect_sections(
      Bandpass{.low = {45}, .high = {55}, .order = 3},
      {{0x1.facca7e2245e7p-7, 0x0p+0, -0x1.facca7e2245e7p-7, -0x1.f1efc5c0feeafp+0, 0x1.f0299ac0eedd1p-1},
       {0x1.76249cba60141p-3, -0x1.76249cba60141p-2, 0x1.76249cba60141p-3, -0x1.f724c192515c9p+0, 0x1.f8b405869ec0dp-1},
       {0x1.5c8d80fadd386p-10, 0x1.5c8d80fadd386p-9, 0x1.5c8d80fadd386p-10, -0x1.f44edcaae750ep+0,
        0x1.f756f8bfc59e3p-1}});
  expect_sections(
      Bandstop{.low = {45}, .high = {55}, .order = 2},
      {{0x1.d8311d69a385ep-1, -0x1.d26f994ac6f5cp+0, 0x1.d8311d69a385ep-1, -0x1.f568cbe2fd172p+0, 0x1.f5895277a0c79p-1},
       {0x1.0f7bd668485f6p+0, -0x1.0c2ca611ae253p+1, 0x1.0f7bd668485f6p+0, -0x1.f2dffc0b6b183p+0,
        0x1.f3f7d26daa5cp-1}});
  expect_sections(
      Bandstop{.low = {20}, .high = {450}, .order = 3},
      {{0x1.1c433de3e9ea2p-1, -0x1.0d66e8d0e4228p+0, 0x1.1c433de3e9ea2p-1, -0x1.0d66e8d0e4228p+0, 0x1.c433de3e9ea1fp-4},
       {0x1.8dc75b1911f14p-3, -0x1.78fbd1e7f3b92p-2, 0x1.8dc75b1911f14p-3, -0x1.f0041d4278ea3p+0, 0x1.e20f65f42390cp-1},
       {0x1.0dc24dc19a40dp+1, -0x1.ff50270a8e0b1p+1, 0x1.0dc24dc19a40dp+1, -0x1.e2d8619ea3ff4p-3,
        0x1.7644b6190dc8ap-2}});
}

TEST(Butterworth, IsMaximallyFlat) {
  double worst = 0;
  for (int order = 1; order <= 12; ++order)
    for_each_band<Lowpass, Highpass, Bandpass, Bandstop>(order, [&](const auto& spec) {
      const double off = worst_difference(spec, [&](double w) { return 1 / std::sqrt(1 + std::pow(w, 2 * order)); });
      EXPECT_LT(off, 1e-6) << to_text(spec);
      worst = std::max(worst, off);
      for (const Hertz edge : edges_of(spec)) EXPECT_NEAR(gain(sections_of(spec), edge), std::sqrt(0.5), 1e-7);
    });
  std::printf("[ MEASURED ] off the closed form by %.2e\n", worst);
}

}  // namespace
}  // namespace unguard
