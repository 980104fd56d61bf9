#include "kernel/run.h"

#include <algorithm>
#include <limits>

// What lies between these targets gains nothing here and costs a compilation of this file each.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/run.cc"
#include <hwy/foreach_target.h>
// foreach_target must come first.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isoflop::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<double, kRowGroup>;
using Vector = hn::Vec<Tag>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Highway's Exp is right up to 709.78; beyond, x * infinity is the infinity or the NaN that is due.
HWY_INLINE Vector exp(Vector x) {
  const Tag d;
  return hn::IfThenElse(hn::Le(x, hn::Set(d, 709.78)), hn::Exp(d, x),
                        hn::Mul(x, hn::Set(d, kInfinity)));
}

// Highway's Log is right for finite numbers above 0.
HWY_INLINE Vector log(Vector x, double at_zero) {
  const Tag d;
  const Vector zero = hn::Zero(d), infinity = hn::Set(d, kInfinity);
  const Vector value = hn::Log(d, x);
  const auto usual = hn::And(hn::Gt(x, zero), hn::Lt(x, infinity));
  if (HWY_LIKELY(hn::AllTrue(d, usual))) return value;
  const Vector nan = hn::Set(d, std::numeric_limits<double>::quiet_NaN());
  const Vector unusual = hn::IfThenElse(hn::Eq(x, zero), hn::Set(d, at_zero),
                                        hn::IfThenElse(hn::Eq(x, infinity), infinity, nan));
  return hn::IfThenElse(usual, value, unusual);
}

Vector one_where(hn::Mask<Tag> mask) { return hn::IfThenElseZero(mask, hn::Set(Tag(), 1.0)); }

Vector sign(Vector x) {
  const Vector zero = hn::Zero(Tag());
  return hn::Sub(one_where(hn::Gt(x, zero)), one_where(hn::Lt(x, zero)));
}

struct FromColumn {
  const double* values;
  Vector operator()(std::size_t row) const { return hn::LoadU(Tag(), values + row); }
};
struct FromScalar {
  Vector value;
  Vector operator()(std::size_t) const { return value; }
};

// One operand, resolved for a block.
struct Source {
  const double* values;
  bool scalar;
  template <class Use>
  HWY_INLINE void with(const Use& use) const {
    if (scalar)
      use(FromScalar{hn::Set(Tag(), *values)});
    else
      use(FromColumn{values});
  }
};

struct Block {
  std::size_t rows;
  double* result;
  Source a, b, c;

  template <class Compute>
  HWY_INLINE void each(const Compute& compute) const {
    const Tag d;
#pragma GCC unroll 4
    for (std::size_t row = 0; row < rows; row += hn::Lanes(d))
      hn::StoreU(compute(row), d, result + row);
  }
  template <class F>
  HWY_INLINE void unary(const F& f) const {
    a.with([&](auto x) { each([&](std::size_t row) { return f(x(row)); }); });
  }
  template <class F>
  HWY_INLINE void binary(const F& f) const {
    a.with([&](auto x) {
      b.with([&](auto y) { each([&](std::size_t row) { return f(x(row), y(row)); }); });
    });
  }
  template <class F>
  HWY_INLINE void ternary(const F& f) const {
    a.with([&](auto x) {
      b.with([&](auto y) {
        c.with([&](auto z) { each([&](std::size_t row) { return f(x(row), y(row), z(row)); }); });
      });
    });
  }
};

// Every operation of law/operations.h has a case.
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wswitch"
void run_plain(Op op, const Block& block) {
  switch (op) {
    case Op::kAdd:
      return block.binary([](Vector x, Vector y) { return hn::Add(x, y); });
    case Op::kSub:
      return block.binary([](Vector x, Vector y) { return hn::Sub(x, y); });
    case Op::kMul:
      return block.binary([](Vector x, Vector y) { return hn::Mul(x, y); });
    case Op::kDiv:
      return block.binary([](Vector x, Vector y) { return hn::Div(x, y); });
    case Op::kMin:
      return block.binary([](Vector x, Vector y) { return hn::IfThenElse(hn::Lt(y, x), y, x); });
    case Op::kMax:
      return block.binary([](Vector x, Vector y) { return hn::IfThenElse(hn::Lt(x, y), y, x); });
    case Op::kLess:
      return block.binary([](Vector x, Vector y) { return one_where(hn::Lt(x, y)); });
    case Op::kLessEqual:
      return block.binary([](Vector x, Vector y) { return one_where(hn::Le(x, y)); });
    case Op::kEqual:
      return block.binary([](Vector x, Vector y) { return one_where(hn::Eq(x, y)); });
    case Op::kNeg:
      return block.unary([](Vector x) { return hn::Neg(x); });
    case Op::kExp:
      return block.unary([](Vector x) { return exp(x); });
    case Op::kLog:
      return block.unary([](Vector x) { return log(x, -kInfinity); });
    case Op::kPowLog:
      return block.unary([](Vector x) { return log(x, kLogOfZero); });
    case Op::kSqrt:
      return block.unary([](Vector x) { return hn::Sqrt(x); });
    case Op::kAbs:
      return block.unary([](Vector x) { return hn::Abs(x); });
    case Op::kSign:
      return block.unary([](Vector x) { return sign(x); });
    case Op::kFloor:
      return block.unary([](Vector x) { return hn::Floor(x); });
    case Op::kTanh:
      return block.unary([](Vector x) { return hn::Tanh(Tag(), x); });
    case Op::kSin:
      return block.unary([](Vector x) { return hn::Sin(Tag(), x); });
    case Op::kCos:
      return block.unary([](Vector x) { return hn::Cos(Tag(), x); });
    case Op::kAtan:
      return block.unary([](Vector x) { return hn::Atan(Tag(), x); });
    case Op::kNumber:
    case Op::kSymbol:
      break;
  }
}
#pragma GCC diagnostic pop

void run_instruction(const Instruction& instruction, const Block& block) {
  switch (instruction.row_op) {
    case RowOp::kPlain:
      return run_plain(instruction.op, block);
    case RowOp::kMulAdd:
      return block.ternary([](Vector x, Vector y, Vector z) { return hn::MulAdd(x, y, z); });
    case RowOp::kMulSub:
      return block.ternary([](Vector x, Vector y, Vector z) { return hn::MulSub(x, y, z); });
    case RowOp::kNegMulAdd:
      return block.ternary([](Vector x, Vector y, Vector z) { return hn::NegMulAdd(x, y, z); });
    case RowOp::kCopy:
      return block.unary([](Vector x) { return x; });
  }
}

void rows_on_target(std::span<const Instruction> code, const RowMemory& memory, std::size_t first,
                    std::size_t last, std::size_t block_rows) {
  for (std::size_t row = first; row < last; row += block_rows) {
    const auto at = [&](Operand operand) {
      const auto space = static_cast<std::size_t>(operand.space);
      const std::size_t offset = operand.space == Space::kColumn   ? row
                                 : operand.space == Space::kOutput ? row - memory.first_output_row
                                                                   : 0;
      return memory.base[space] + operand.index * memory.stride[space] + offset;
    };
    const auto source = [&](Operand operand) {
      return Source{at(operand), operand.space == Space::kScalar};
    };
    const std::size_t rows = std::min(block_rows, last - row);
    for (const Instruction& instruction : code)
      run_instruction(instruction, Block{rows, at(instruction.result), source(instruction.a),
                                         source(instruction.b), source(instruction.c)});
  }
}

const char* target_name() { return hwy::TargetName(HWY_TARGET); }

}  // namespace
}  // namespace isoflop::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isoflop {

HWY_EXPORT(rows_on_target);
HWY_EXPORT(target_name);

void run_rows(std::span<const Instruction> code, const RowMemory& memory, std::size_t first,
              std::size_t last, std::size_t block) {
  HWY_DYNAMIC_DISPATCH(rows_on_target)(code, memory, first, last, block);
}

const char* vector_target() { return HWY_DYNAMIC_DISPATCH(target_name)(); }

}  // namespace isoflop
#endif
