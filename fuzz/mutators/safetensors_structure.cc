#include "mutators/safetensors_structure.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <random>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace seafusion::fuzz {
namespace {

constexpr std::size_t kLength = 8;  // bytes before the header

using Random = std::minstd_rand;

// One number of the JSON becomes another: shapes and offsets are what counts.
void ChangeNumber(std::string& json, Random& random) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 1; i < json.size(); ++i) {
    const auto digit = [&](std::size_t at) {
      return std::isdigit(static_cast<unsigned char>(json[at])) != 0;
    };
    if (digit(i) && !digit(i - 1)) numbers.push_back(i);
  }
  if (numbers.empty()) return;
  const std::size_t at = numbers[random() % numbers.size()];
  std::size_t end = at;
  while (end < json.size() && std::isdigit(static_cast<unsigned char>(json[end])) != 0) ++end;
  static const std::vector<std::string> kNumbers = {"0",
                                                    "1",
                                                    "2",
                                                    "3",
                                                    "16",
                                                    "48",
                                                    "-1",
                                                    "0.5",
                                                    "1e3",
                                                    "65536",
                                                    "4294967296",
                                                    "9223372036854775807",
                                                    "18446744073709551615"};
  std::string number = kNumbers[random() % kNumbers.size()];
  if (random() % 2 == 0 && end - at < 10) {
    const std::int64_t value = std::stoll(json.substr(at, end - at));
    number = std::to_string(value + static_cast<std::int64_t>(random() % 9) - 4);
  }
  json.replace(at, end - at, number);
}

}  // namespace

std::size_t MutateSafetensors(std::uint8_t* data, std::size_t size, std::size_t max_size,
                              unsigned seed) {
  Random random(seed);
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLength && i < size; ++i) {
    length |= std::uint64_t{data[i]} << 8 * i;
  }
  const bool whole = size > kLength && length <= size - kLength && max_size > size;
  if (!whole || random() % 8 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::vector<std::uint8_t> rest(data + kLength + length, data + size);
  std::string json(reinterpret_cast<const char*>(data) + kLength, length);
  if (random() % 3 == 0) {
    // The values alone, behind a header that holds.
    if (!rest.empty()) LLVMFuzzerMutate(data + kLength + length, rest.size(), rest.size());
    return size;
  }
  if (random() % 2 == 0) {
    ChangeNumber(json, random);
  } else {
    const std::size_t room = length + std::min<std::size_t>(max_size - size, 64);
    json.resize(room);
    json.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(json.data()), length, room));
  }
  if (kLength + json.size() + rest.size() > max_size) return size;
  for (std::size_t i = 0; i < kLength; ++i) {
    data[i] = static_cast<std::uint8_t>(std::uint64_t{json.size()} >> 8 * i);
  }
  std::memcpy(data + kLength, json.data(), json.size());
  if (!rest.empty()) std::memcpy(data + kLength + json.size(), rest.data(), rest.size());
  return kLength + json.size() + rest.size();
}

}  // namespace seafusion::fuzz
