#include "model/import/pickle.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/import/checkpoint_builder.h"

namespace seafusion::model {
namespace {

using ::testing::HasSubstr;

TEST(PickleTest, ReadsEachKindOfValue) {
  PickleBuilder b;
  b.Op('(').Int(7).Int(300).Int(-5).Int(std::int64_t{1} << 40).Text("text").Op('N');
  b.Byte(0x88).Byte(0x89).Op('G').Raw("12345678").Op(')').Op(']').Op('}');
  b.Int(1).Byte(0x85).Int(1).Int(2).Byte(0x86).Int(1).Int(2).Int(3).Byte(0x87).Op('t');
  const auto p = Pickle::Read(b.Stop());
  ASSERT_TRUE(p.ok()) << p.status().message();
  ASSERT_EQ(p->root().kind, PickleKind::kTuple);
  const auto item = [&](std::size_t i) { return p->at(p->root().items[i]); };
  EXPECT_EQ(item(0).integer, 7);
  EXPECT_EQ(item(1).integer, 300);
  EXPECT_EQ(item(2).integer, -5);
  EXPECT_EQ(item(3).integer, std::int64_t{1} << 40);
  EXPECT_EQ(item(4).text, "text");
  EXPECT_EQ(item(5).kind, PickleKind::kNone);
  EXPECT_EQ(item(6).kind, PickleKind::kBool);
  EXPECT_EQ(item(6).integer, 1);
  EXPECT_EQ(item(7).integer, 0);
  EXPECT_EQ(item(8).kind, PickleKind::kFloat);
  EXPECT_EQ(item(9).kind, PickleKind::kTuple);
  EXPECT_EQ(item(10).kind, PickleKind::kList);
  EXPECT_EQ(item(11).kind, PickleKind::kDict);
  for (std::size_t n = 1; n <= 3; ++n) {
    EXPECT_EQ(item(11 + n).items.size(), n);
    EXPECT_EQ(p->at(item(11 + n).items.back()).integer, static_cast<std::int64_t>(n));
  }
}

TEST(PickleTest, LongIntegersAreTwosComplement) {
  const auto read = [](const std::vector<int>& bytes) {
    PickleBuilder b;
    b.Byte(0x8a).Byte(static_cast<int>(bytes.size()));
    for (const int v : bytes) b.Byte(v);
    const auto p = Pickle::Read(b.Stop());
    EXPECT_TRUE(p.ok());
    return p->root();
  };
  EXPECT_EQ(read({}).integer, 0);
  EXPECT_EQ(read({0xff}).integer, -1);
  EXPECT_EQ(read({0xff, 0x00}).integer, 255);
  EXPECT_EQ(read({0x00, 0x80}).integer, -32768);
  EXPECT_EQ(read({0, 0, 0, 0, 0, 0, 0, 0x80}).integer, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read(std::vector<int>(9, 1)).kind, PickleKind::kLongInteger);
}

TEST(PickleTest, ContainersAndMemo) {
  PickleBuilder b;
  // {"a": [1, 2, 3], "b": the same list, "c": OrderedDict(x=4) with an attribute}
  b.Op('}').Op('(').Text("a").Op(']').Op('q').Byte(1).Int(1).Op('a').Op('(').Int(2).Int(3).Op('e');
  b.Text("b").Op('h').Byte(1);
  b.Text("c").EmptyOrderedDict().Op('r').U32(70000).Text("x").Int(4).Op('s');
  b.Op('}').Op('b').Text("d").Op('j').U32(70000).Op('u');
  const auto p = Pickle::Read(b.Stop());
  ASSERT_TRUE(p.ok()) << p.status().message();
  const PickleValue* a = p->Find(p->root(), "a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->items.size(), 3u);
  EXPECT_EQ(p->Find(p->root(), "b"), a);
  const PickleValue* c = p->Find(p->root(), "c");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(p->Find(p->root(), "d"), c);
  ASSERT_NE(p->Find(*c, "x"), nullptr);
  EXPECT_EQ(p->Find(*c, "x")->integer, 4);
  EXPECT_EQ(p->Find(p->root(), "absent"), nullptr);
  EXPECT_EQ(p->Find(*a, "a"), nullptr);
}

TEST(PickleTest, StopsAtTheEndOfThePickle) {
  ByteVector bytes = PickleBuilder().Int(1).Stop();
  const std::size_t size = bytes.size();
  bytes.insert(bytes.end(), {1, 2, 3});
  const auto p = Pickle::Read(bytes);
  ASSERT_TRUE(p.ok());
  EXPECT_EQ(p->byte_count(), size);
}

TEST(PickleTest, ACycleIsHarmless) {
  PickleBuilder b;
  b.Op(']').Op('q').Byte(0).Op('h').Byte(0).Op('a');  // a list that holds itself
  const auto p = Pickle::Read(b.Stop());
  ASSERT_TRUE(p.ok()) << p.status().message();
  ASSERT_EQ(p->root().items.size(), 1u);
  EXPECT_EQ(&p->at(p->root().items[0]), &p->root());
}

TEST(PickleTest, DeepNestingIsNotRecursion) {
  PickleBuilder b;
  b.Op(')');
  for (int i = 0; i < 500000; ++i) b.Byte(0x85);  // (((...),),)
  const auto p = Pickle::Read(b.Stop());
  EXPECT_TRUE(p.ok()) << p.status().message();
}

TEST(PickleTest, LimitsTheNumberOfValues) {
  PickleBuilder b;
  b.Op('(');
  for (int i = 0; i < 10; ++i) b.Op('N');
  const ByteVector bytes = b.Op('t').Stop();
  EXPECT_TRUE(Pickle::Read(bytes, {.max_values = 11}).ok());
  const auto p = Pickle::Read(bytes, {.max_values = 10});
  ASSERT_FALSE(p.ok());
  EXPECT_EQ(p.status().code(), StatusCode::kResourceExhausted);
}

struct BadPickle {
  std::string name;
  ByteVector bytes;
  StatusCode code;
  std::string message;
};
void PrintTo(const BadPickle& bad, std::ostream* os) {
  *os << bad.name;
}

std::vector<BadPickle> BadPickles() {
  const auto corrupt = [](std::string name, PickleBuilder b, std::string message) {
    return BadPickle{std::move(name), b.Stop(), StatusCode::kCorruptData, std::move(message)};
  };
  const auto unsupported = [](std::string name, PickleBuilder b, std::string message) {
    return BadPickle{std::move(name), b.Stop(), StatusCode::kUnsupported, std::move(message)};
  };
  using B = PickleBuilder;
  return {
      {"Empty", {}, StatusCode::kCorruptData, "pickle byte 0: the data ends inside the pickle"},
      unsupported("OsSystem", B().Global("os", "system").Text("true").Byte(0x85).Op('R'),
                  "refers to os.system, which is not among"),
      unsupported("BuiltinsEval", B().Global("builtins", "eval"), "builtins.eval"),
      unsupported("PrefixOfAllowed", B().Global("torch", "Float"), "torch.Float,"),
      unsupported("AllowedWithSuffix", B().Global("torch", "FloatStorage.__init__"),
                  "torch.FloatStorage.__init__"),
      unsupported("ModelClass", B().Global("FusionNet", "FusionNet"), "model.state_dict()"),
      unsupported("ControlCharactersInAName", B().Global("\x1b[2J", "x"), "\\x1b[2J.x"),
      unsupported("StackGlobal", B().Text("os").Text("system").Byte(0x93), "\\x93 (147)"),
      unsupported("OldObjectOpcode", B().Op('o'), "opcode o (111) is not allowed"),
      unsupported("InstOpcode", B().Op('(').Op('i').Raw("os\nsystem\n"), "opcode i"),
      unsupported("Protocol4", B(4), "pickle protocol 4"),
      corrupt("GlobalWithoutEnd", B().Op('c').Raw(std::string(300, 'x')), "a name without end"),
      corrupt("StackUnderflow", B().Byte(0x86), "the stack is empty"),
      corrupt("TupleAcrossAMark", B().Int(1).Op('(').Int(2).Byte(0x86), "the stack is empty"),
      corrupt("NoMark", B().Int(1).Op('t'), "no mark"),
      corrupt("StopWithTwoValues", B().Int(1).Int(2), "2 values on the stack"),
      corrupt("StopWithNothing", B(), "0 values on the stack"),
      corrupt("StopWithAMark", B().Op('(').Int(1), "values on the stack"),
      corrupt("AppendToANumber", B().Int(1).Int(2).Op('a'), "not a list"),
      corrupt("AppendToADict", B().Op('}').Int(2).Op('a'), "not a list"),
      corrupt("ItemsForAList", B().Op(']').Int(1).Int(2).Op('s'), "not a dictionary"),
      corrupt("KeyWithoutValue", B().Op('}').Op('(').Int(1).Op('u'), "a key without a value"),
      corrupt("MemoNeverSet", B().Op('h').Byte(9), "memo entry 9 was never set"),
      corrupt("LongMemoNeverSet", B().Op('j').U32(0xffffffff), "memo entry 4294967295"),
      corrupt("PutWithEmptyStack", B().Op('q').Byte(0), "the stack is empty"),
      corrupt("HugeText", B().Op('X').U32(0xffffffff).Raw("abc"), "truncated"),
      corrupt("LongCutShort", B().Byte(0x8a).Byte(255).Raw("ab"), "truncated"),
      corrupt("CallOfANumber", B().Int(1).Op(')').Op('R'), "something without a name"),
      corrupt("CallWithoutTuple", B().Global("collections", "OrderedDict").Int(1).Op('R'),
              "without a tuple"),
      corrupt("OrderedDictWithArguments",
              B().Global("collections", "OrderedDict").Op(']').Byte(0x85).Op('R'),
              "OrderedDict with arguments"),
      corrupt("CallOfAStorage", B().Global("torch", "FloatStorage").Int(8).Byte(0x85).Op('R'),
              "a call of torch.FloatStorage"),
      corrupt("BuildOnAList", B().Op(']').Op('}').Op('b'), "attributes for something"),
      corrupt("BuildAlone", B().Op('}').Op('b'), "attributes for something"),
  };
}

class BadPickleTest : public ::testing::TestWithParam<BadPickle> {};

TEST_P(BadPickleTest, IsRefused) {
  const auto p = Pickle::Read(GetParam().bytes);
  ASSERT_FALSE(p.ok());
  EXPECT_EQ(p.status().code(), GetParam().code);
  EXPECT_THAT(p.status().message(), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Pickles, BadPickleTest, ::testing::ValuesIn(BadPickles()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace seafusion::model
