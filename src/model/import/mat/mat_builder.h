// For tests: makes MAT files byte by byte, right and wrong ones, without MATLAB.
#ifndef SEAFUSION_MODEL_IMPORT_MAT_MAT_BUILDER_H_
#define SEAFUSION_MODEL_IMPORT_MAT_MAT_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace seafusion::model {

struct TestMatArray {
  std::string name;
  std::vector<std::int32_t> shape;
  std::vector<double> values;
  std::uint8_t array_class = 6;  ///< double
  std::uint8_t flags = 0;
  std::uint32_t storage = 9;  ///< double; 1 to 7 for the smaller types.
};

/// One element, in the short form where it fits and `short_form` says so.
std::vector<std::uint8_t> MatElement(std::uint32_t type, const std::vector<std::uint8_t>& data,
                                     bool short_form = false);

/// A variable as an element of type miMATRIX.
std::vector<std::uint8_t> MatVariable(const TestMatArray& array);

/// An element with `element` compressed in it, and `extra` behind its data.
std::vector<std::uint8_t> MatCompressed(const std::vector<std::uint8_t>& element,
                                        const std::vector<std::uint8_t>& extra = {});

/// The header and elements.
std::vector<std::uint8_t> MatFileOf(const std::vector<std::vector<std::uint8_t>>& elements);
std::vector<std::uint8_t> MatFile(const std::vector<TestMatArray>& arrays, bool compressed);

}  // namespace seafusion::model

#endif  // SEAFUSION_MODEL_IMPORT_MAT_MAT_BUILDER_H_
