// Writes protocol buffers, the encoding of ONNX, of TensorFlow's indices and of TensorBoard's
// files.
#ifndef SEAFUSION_MODEL_ONNX_PROTOBUF_MESSAGE_H_
#define SEAFUSION_MODEL_ONNX_PROTOBUF_MESSAGE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/files/little_endian.h"

namespace seafusion::model {

/// A message under construction. Of our own, because few of protobuf's encodings are needed, and
/// libprotobuf with generated code would be the library's largest dependency. (Encoding:
/// protobuf.dev/programming-guides/encoding.)
class ProtobufMessage {
 public:
  ProtobufMessage& Int(int field, std::int64_t v) {
    Key(field, 0);
    Varint(static_cast<std::uint64_t>(v));
    return *this;
  }
  ProtobufMessage& Fixed32(int field, std::uint32_t v) {
    Key(field, 5);
    AppendLittleEndian<std::uint32_t>(v, bytes_);
    return *this;
  }
  ProtobufMessage& Double(int field, double v) {
    Key(field, 1);
    AppendLittleEndian(std::bit_cast<std::uint64_t>(v), bytes_);
    return *this;
  }
  ProtobufMessage& Float(int field, float v) {
    Key(field, 5);
    AppendFloat32(v, bytes_);
    return *this;
  }
  ProtobufMessage& Text(int field, std::string_view v) {
    Length(field, v.size());
    bytes_.insert(bytes_.end(), v.begin(), v.end());
    return *this;
  }
  ProtobufMessage& Bytes(int field, std::span<const std::uint8_t> v) {
    Length(field, v.size());
    bytes_.insert(bytes_.end(), v.begin(), v.end());
    return *this;
  }
  ProtobufMessage& Floats(int field, std::span<const float> values) {
    Length(field, values.size() * sizeof(float));
    for (const float v : values) AppendFloat32(v, bytes_);
    return *this;
  }
  ProtobufMessage& Add(int field, const ProtobufMessage& m) { return Bytes(field, m.bytes_); }

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  std::vector<std::uint8_t> Take() { return std::move(bytes_); }

 private:
  void Key(int field, int wire_type) {
    Varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire_type));
  }
  void Length(int field, std::size_t size) {
    Key(field, 2);
    Varint(size);
  }
  void Varint(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7) bytes_.push_back(static_cast<std::uint8_t>(v | 0x80));
    bytes_.push_back(static_cast<std::uint8_t>(v));
  }
  std::vector<std::uint8_t> bytes_;
};

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_ONNX_PROTOBUF_MESSAGE_H_
