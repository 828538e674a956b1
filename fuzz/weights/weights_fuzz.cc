// Whatever weights file the bytes are, a Fuser is made of it or refused; one that was made fuses.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <seafusion/fuser.h>

#include "mutators/safetensors_structure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seafusion;
  if (size < 2) return 0;
  // The last byte: which arithmetic.
  constexpr std::array<Precision, 5> kPrecisions = {Precision::kAuto, Precision::kFp32,
                                                    Precision::kInt16, Precision::kInt8,
                                                    Precision::kReference};
  FuserOptions options{.threads = 1, .weights = {data, size - 1}};
  options.precision = kPrecisions[data[size - 1] % kPrecisions.size()];
  const auto fuser = Fuser::Create(options);
  if (!fuser.ok()) return 0;
  constexpr int kWidth = 9, kHeight = 7;
  std::array<std::uint8_t, kWidth * kHeight> ir{}, vi{}, out{};
  for (std::size_t i = 0; i < ir.size(); ++i) {
    ir[i] = static_cast<std::uint8_t>(37 * i);
    vi[i] = static_cast<std::uint8_t>(101 * i);
  }
  const Status status =
      fuser->Fuse({ir.data(), kWidth, kHeight, kWidth}, {vi.data(), kWidth, kHeight, kWidth},
                  {out.data(), kWidth, kHeight, kWidth});
  if (!status.ok()) std::abort();
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return seafusion::fuzz::MutateSafetensors(data, size, max_size, seed);
}
