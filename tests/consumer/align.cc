// Two cameras that see the same blocks, the infrared one 9 pixels further left: the rig is found,
// and through it the pictures lie on each other.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include <seafusion/align.h>

namespace {

constexpr int kWidth = 160, kHeight = 120, kShift = 9;

// Blocks of pseudo-random sizes whose heat says nothing about their brightness.
std::vector<std::uint8_t> Blocks(int shift, bool infrared) {
  std::vector<std::uint8_t> pixels(kWidth * kHeight, 100);
  std::uint32_t state = 7;
  const auto next = [&](int bound) {
    state = state * 1664525u + 1013904223u;
    return static_cast<int>((state >> 16) % static_cast<std::uint32_t>(bound));
  };
  for (int i = 0; i < 60; ++i) {
    const int left = next(kWidth + 60) - 30 - shift, top = next(kHeight + 20) - 10;
    const int width = 8 + next(22), height = 8 + next(22);
    const int brightness = 20 + next(210), heat = 20 + next(210);
    for (int y = top < 0 ? 0 : top; y < top + height && y < kHeight; ++y) {
      for (int x = left < 0 ? 0 : left; x < left + width && x < kWidth; ++x) {
        pixels[y * kWidth + x] = static_cast<std::uint8_t>(infrared ? heat : brightness);
      }
    }
  }
  return pixels;
}

int Fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  return 1;
}

}  // namespace

int main() {
  const auto gray8 = seafusion::PixelFormat::kGray8;
  const std::vector<std::uint8_t> ir = Blocks(kShift, true), vi = Blocks(0, false);
  const seafusion::CameraPair pair{{ir.data(), kWidth, kHeight, kWidth, gray8},
                                   {vi.data(), kWidth, kHeight, kWidth, gray8}};
  const auto found = seafusion::Estimate({&pair, 1}, {.threads = 1});
  if (!found.ok()) return Fail(found.status().message().c_str());
  if (!found->rig) return Fail("the pair was refused");
  const auto at = found->rig->Across(seafusion::Camera::kVisible, {80, 60});
  std::printf("confidence %.2f; visible 80,60 is infrared %.1f,%.1f\n", found->confidence, at.x,
              at.y);
  if (std::abs(at.x - (80 - kShift)) > 1 || std::abs(at.y - 60) > 1) return Fail("wrong map");

  const auto rig = seafusion::Rig::Parse(found->rig->Text());
  if (!rig.ok()) return Fail(rig.status().message().c_str());
  const auto warper = seafusion::Warper::Create(*rig);
  if (!warper.ok()) return Fail(warper.status().message().c_str());
  const int width = warper->width(), height = warper->height();
  std::vector<std::uint8_t> on_canvas(static_cast<std::size_t>(width) * height);
  const seafusion::Status warped = warper->Warp(seafusion::Camera::kInfrared, pair.infrared,
                                                {on_canvas.data(), width, height, width, gray8});
  if (!warped.ok()) return Fail(warped.message().c_str());
  if (seafusion::Estimate({}).ok()) return Fail("no pairs were not refused");
  return 0;
}
