#include "model/import/mat/mat_builder.h"

#include <zlib.h>

#include <bit>

#include "core/files/little_endian.h"

namespace seafusion::model {
namespace {

using ByteVector = std::vector<std::uint8_t>;

void Append(const ByteVector& more, ByteVector& bytes) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

template <typename Number, typename Unsigned>
void AppendNumber(double v, ByteVector& out) {
  AppendLittleEndian(std::bit_cast<Unsigned>(static_cast<Number>(v)), out);
}

ByteVector Numbers(const TestMatArray& array) {
  ByteVector data;
  for (const double v : array.values) {
    switch (array.storage) {
      case 1:
        AppendNumber<std::int8_t, std::uint8_t>(v, data);
        break;
      case 2:
        AppendNumber<std::uint8_t, std::uint8_t>(v, data);
        break;
      case 3:
        AppendNumber<std::int16_t, std::uint16_t>(v, data);
        break;
      case 4:
        AppendNumber<std::uint16_t, std::uint16_t>(v, data);
        break;
      case 5:
        AppendNumber<std::int32_t, std::uint32_t>(v, data);
        break;
      case 6:
        AppendNumber<std::uint32_t, std::uint32_t>(v, data);
        break;
      case 7:
        AppendNumber<float, std::uint32_t>(v, data);
        break;
      default:
        AppendNumber<double, std::uint64_t>(v, data);
    }
  }
  return data;
}

}  // namespace

ByteVector MatElement(std::uint32_t type, const ByteVector& data, bool short_form) {
  ByteVector element;
  const auto size = static_cast<std::uint32_t>(data.size());
  if (short_form && size > 0 && size <= 4) {
    AppendLittleEndian(type | size << 16, element);
  } else {
    AppendLittleEndian(type, element);
    AppendLittleEndian(size, element);
  }
  Append(data, element);
  constexpr std::uint32_t kCompressed = 15;
  while (type != kCompressed && element.size() % 8 != 0) element.push_back(0);
  return element;
}

ByteVector MatVariable(const TestMatArray& array) {
  constexpr std::uint32_t kInt8 = 1, kInt32 = 5, kUint32 = 6, kMatrix = 14;
  ByteVector shape;
  for (const std::int32_t side : array.shape) {
    AppendLittleEndian(static_cast<std::uint32_t>(side), shape);
  }
  ByteVector body;
  Append(MatElement(kUint32, {array.array_class, array.flags, 0, 0, 0, 0, 0, 0}), body);
  Append(MatElement(kInt32, shape), body);
  Append(MatElement(kInt8, {array.name.begin(), array.name.end()}, true), body);
  Append(MatElement(array.storage, Numbers(array), true), body);
  return MatElement(kMatrix, body);
}

ByteVector MatCompressed(const ByteVector& element, const ByteVector& extra) {
  uLongf size = compressBound(static_cast<uLong>(element.size()));
  ByteVector packed(size);
  compress(packed.data(), &size, element.data(), static_cast<uLong>(element.size()));
  packed.resize(size);
  Append(extra, packed);
  constexpr std::uint32_t kCompressed = 15;
  return MatElement(kCompressed, packed);
}

ByteVector MatFileOf(const std::vector<ByteVector>& elements) {
  std::string header = "MATLAB 5.0 MAT-file, made for a test";
  header.resize(116, ' ');
  header.resize(124, '\0');
  ByteVector file(header.begin(), header.end());
  Append({0x00, 0x01, 'I', 'M'}, file);
  for (const ByteVector& element : elements) Append(element, file);
  return file;
}

ByteVector MatFile(const std::vector<TestMatArray>& arrays, bool compressed) {
  std::vector<ByteVector> elements;
  for (const TestMatArray& array : arrays) {
    elements.push_back(compressed ? MatCompressed(MatVariable(array)) : MatVariable(array));
  }
  return MatFileOf(elements);
}

}  // namespace seafusion::model
