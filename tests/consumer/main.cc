// Fuses two small pictures in memory. A warm body that the visible camera does not see must be in
// the result, and so must the visible picture's bright patch.
#include <cstdint>
#include <cstdio>
#include <vector>

#include <seafusion/seafusion.h>

namespace {

constexpr int kWidth = 48, kHeight = 32;

struct Rectangle {
  int x, y, width, height;
};
constexpr Rectangle kWarmBody{8, 8, 8, 16};
constexpr Rectangle kLamp{32, 8, 8, 8};

std::vector<std::uint8_t> Picture(int background, const Rectangle& patch, int patch_value) {
  std::vector<std::uint8_t> pixels(kWidth * kHeight, static_cast<std::uint8_t>(background));
  for (int y = patch.y; y < patch.y + patch.height; ++y) {
    for (int x = patch.x; x < patch.x + patch.width; ++x) {
      pixels[y * kWidth + x] = static_cast<std::uint8_t>(patch_value);
    }
  }
  return pixels;
}

double Mean(const std::vector<std::uint8_t>& pixels, const Rectangle& area) {
  double sum = 0;
  for (int y = area.y; y < area.y + area.height; ++y) {
    for (int x = area.x; x < area.x + area.width; ++x) sum += pixels[y * kWidth + x];
  }
  return sum / (area.width * area.height);
}

int Fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  return 1;
}

}  // namespace

int main() {
  const auto gray8 = seafusion::PixelFormat::kGray8;
  const std::vector<std::uint8_t> ir = Picture(40, kWarmBody, 230);
  const std::vector<std::uint8_t> vi = Picture(30, kLamp, 220);
  std::vector<std::uint8_t> fused(kWidth * kHeight);

  const auto fuser = seafusion::Fuser::Create({.threads = 2});
  if (!fuser.ok()) return Fail(fuser.status().message().c_str());
  const seafusion::Status status = fuser->Fuse({ir.data(), kWidth, kHeight, kWidth, gray8},
                                               {vi.data(), kWidth, kHeight, kWidth, gray8},
                                               {fused.data(), kWidth, kHeight, kWidth, gray8});
  if (!status.ok()) return Fail(status.message().c_str());

  const double background = Mean(fused, {20, 2, 8, 28});
  const double warm_body = Mean(fused, kWarmBody);
  const double lamp = Mean(fused, kLamp);
  std::printf("background %.1f, warm body %.1f, lamp %.1f\n", background, warm_body, lamp);
  if (warm_body < background + 80) return Fail("the warm body is missing");
  if (lamp < background + 80) return Fail("the lamp is missing");

  const seafusion::Status refused = fuser->Fuse({ir.data(), kWidth, kHeight, kWidth, gray8},
                                                {vi.data(), kWidth, kHeight - 1, kWidth, gray8},
                                                {fused.data(), kWidth, kHeight, kWidth, gray8});
  if (refused.code() != seafusion::StatusCode::kInvalidArgument) {
    return Fail("pictures of different sizes were not refused");
  }
  return 0;
}
