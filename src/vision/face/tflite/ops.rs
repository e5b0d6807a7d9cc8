//! What each `TFLite` operator of the four models becomes in tract. Numbers were compared with the reference runtime.
//!
//! Left out on purpose: every operator and option that these models do not use is refused by name.

use tract_core::internal::{AxisOp, ToDim};
use tract_core::model::SpecialOps;
use tract_core::ops::array::{Pad, PadMode, TypedConcat};
use tract_core::ops::change_axes::wire_with_rank_broadcast;
use tract_core::ops::cnn::{Conv, KernelFormat, MaxPool, PaddingSpec, PoolSpec};
use tract_core::ops::math;
use tract_core::ops::nn::{
    CoordTransformer, DataFormat, Interpolator, Nearest, Reduce, Reducer, Resize, hard_swish, sigmoid,
};
use tract_core::prelude::{OutletId, TVec, Tensor, TractError, TractResult, tensor0, tensor1, tvec};
use tract_tflite::tflite::{ActivationFunctionType, BuiltinOperator, Operator, Padding};

use super::{Walk, missing};

/// Wires one operator of the file and notes which wire carries its output.
pub(super) fn wire(walk: &mut Walk<'_>, operator: &Operator<'_>) -> TractResult<()> {
    let output = Walk::output(operator)?;
    let name = format!("t{output}");
    let code = code_of(walk, operator)?;
    let wire = match code {
        BuiltinOperator::DEQUANTIZE => dequantize(walk, operator, &name)?,
        BuiltinOperator::CONV_2D => conv(walk, operator, &name)?,
        BuiltinOperator::DEPTHWISE_CONV_2D => depthwise_conv(walk, operator, &name)?,
        BuiltinOperator::MAX_POOL_2D => max_pool(walk, operator, &name)?,
        BuiltinOperator::AVERAGE_POOL_2D => mean_over_picture(walk, operator, &name)?,
        BuiltinOperator::RELU => {
            let input = walk.wire_of(Walk::input(operator, 0)?)?;
            relu(walk, &name, input)?
        }
        BuiltinOperator::PRELU => prelu(walk, operator, &name)?,
        BuiltinOperator::HARD_SWISH => element_wise(walk, operator, &name, hard_swish())?,
        BuiltinOperator::LOGISTIC => element_wise(walk, operator, &name, sigmoid())?,
        BuiltinOperator::ADD => {
            let fused = operator.builtin_options_as_add_options().map(|options| options.fused_activation_function());
            binary(walk, operator, &name, math::add(), fused)?
        }
        BuiltinOperator::MUL => {
            let fused = operator.builtin_options_as_mul_options().map(|options| options.fused_activation_function());
            binary(walk, operator, &name, math::mul(), fused)?
        }
        BuiltinOperator::PAD => pad(walk, operator, &name)?,
        BuiltinOperator::RESHAPE => reshape(walk, operator, &name)?,
        BuiltinOperator::CONCATENATION => concat(walk, operator, &name)?,
        BuiltinOperator::RESIZE_BILINEAR => resize(walk, operator, &name)?,
        BuiltinOperator::CUSTOM => transpose_conv(walk, operator, &name)?,
        other => return Err(refused(&format!("operator {other:?}"))),
    };
    walk.wires.insert(output, wire);
    Ok(())
}

fn refused(what: &str) -> TractError {
    TractError::msg(format!("not supported: {what}"))
}

fn code_of(walk: &Walk<'_>, operator: &Operator<'_>) -> TractResult<BuiltinOperator> {
    let index = operator.opcode_index() as usize;
    let codes =
        walk.file.operator_codes().filter(|codes| index < codes.len()).ok_or_else(|| missing("operator code"))?;
    let code = codes.get(index);
    // Files before schema 3a carry the code in a byte; later ones fill that byte with 127 when it does not fit.
    let code = code.builtin_code().0.max(i32::from(code.deprecated_builtin_code()));
    Ok(BuiltinOperator(code))
}

fn one(wires: &TVec<OutletId>) -> TractResult<OutletId> {
    wires.first().copied().ok_or_else(|| missing("wire"))
}

fn no_fused_activation(activation: Option<ActivationFunctionType>) -> TractResult<()> {
    match activation {
        Some(ActivationFunctionType::NONE) => Ok(()),
        other => Err(refused(&format!("fused activation {other:?}"))),
    }
}

fn padding_spec(padding: Padding) -> TractResult<PaddingSpec> {
    match padding {
        Padding::SAME => Ok(PaddingSpec::SameUpper),
        Padding::VALID => Ok(PaddingSpec::Valid),
        other => Err(refused(&format!("padding {other:?}"))),
    }
}

/// Weights are stored as float16 and named again as f32: [`Walk::constant`] widens them.
fn dequantize(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let constant = walk.constant(Walk::input(operator, 0)?)?;
    walk.model.add_const(name, constant)
}

fn element_wise(
    walk: &mut Walk<'_>,
    operator: &Operator<'_>,
    name: &str,
    op: tract_core::ops::element_wise::ElementWiseOp,
) -> TractResult<OutletId> {
    let input = walk.wire_of(Walk::input(operator, 0)?)?;
    one(&walk.model.wire_node(name, op, &[input])?)
}

fn binary(
    walk: &mut Walk<'_>,
    operator: &Operator<'_>,
    name: &str,
    op: tract_core::ops::binary::TypedBinOp,
    fused: Option<ActivationFunctionType>,
) -> TractResult<OutletId> {
    no_fused_activation(fused)?;
    let left = walk.wire_of(Walk::input(operator, 0)?)?;
    let right = walk.wire_of(Walk::input(operator, 1)?)?;
    one(&wire_with_rank_broadcast(name, &mut walk.model, op, &[left, right])?)
}

fn with_constant(
    walk: &mut Walk<'_>,
    name: &str,
    op: tract_core::ops::binary::TypedBinOp,
    wire: OutletId,
    constant: Tensor,
) -> TractResult<OutletId> {
    let constant = walk.model.add_const(format!("{name}.constant"), constant)?;
    one(&wire_with_rank_broadcast(name, &mut walk.model, op, &[wire, constant])?)
}

fn relu(walk: &mut Walk<'_>, name: &str, input: OutletId) -> TractResult<OutletId> {
    with_constant(walk, name, math::max(), input, tensor0(0f32))
}

/// max(x, 0) + slope * min(x, 0), one slope per channel.
fn prelu(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let input = walk.wire_of(Walk::input(operator, 0)?)?;
    let slope = walk.wire_of(Walk::input(operator, 1)?)?;
    let positive = relu(walk, &format!("{name}.positive"), input)?;
    let negative = with_constant(walk, &format!("{name}.negative"), math::min(), input, tensor0(0f32))?;
    let leak = wire_with_rank_broadcast(format!("{name}.leak"), &mut walk.model, math::mul(), &[negative, slope])?;
    one(&walk.model.wire_node(name, math::add(), &[positive, one(&leak)?])?)
}

fn window(kernel: [usize; 2], stride: [i32; 2], padding: Padding, channels: [usize; 2]) -> TractResult<PoolSpec> {
    let stride = stride.map(usize::try_from);
    let [stride_y, stride_x] = stride;
    Ok(PoolSpec {
        data_format: DataFormat::NHWC,
        kernel_shape: tvec!(kernel[0], kernel[1]),
        padding: padding_spec(padding)?,
        dilations: None,
        strides: Some(tvec!(stride_y?, stride_x?)),
        input_channels: channels[0],
        output_channels: channels[1],
    })
}

/// Weights are [out, height, width, in].
fn conv(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let options = operator.builtin_options_as_conv_2_doptions().ok_or_else(|| missing("convolution options"))?;
    no_fused_activation(Some(options.fused_activation_function()))?;
    if options.dilation_h_factor() != 1 || options.dilation_w_factor() != 1 {
        return Err(refused("dilated convolution"));
    }
    let [out, height, width, input] = four(&walk.shape(Walk::input(operator, 1)?)?)?;
    let spec = window([height, width], [options.stride_h(), options.stride_w()], options.padding(), [input, out])?;
    wire_conv(walk, operator, name, spec, 1)
}

/// Weights are [1, height, width, channels]: each channel has its own kernel.
fn depthwise_conv(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let options =
        operator.builtin_options_as_depthwise_conv_2_doptions().ok_or_else(|| missing("convolution options"))?;
    no_fused_activation(Some(options.fused_activation_function()))?;
    if options.dilation_h_factor() != 1 || options.dilation_w_factor() != 1 || options.depth_multiplier() != 1 {
        return Err(refused("dilated or multiplied depthwise convolution"));
    }
    let [_, height, width, channels] = four(&walk.shape(Walk::input(operator, 1)?)?)?;
    let stride = [options.stride_h(), options.stride_w()];
    let spec = window([height, width], stride, options.padding(), [channels, channels])?;
    wire_conv(walk, operator, name, spec, channels)
}

fn wire_conv(
    walk: &mut Walk<'_>,
    operator: &Operator<'_>,
    name: &str,
    pool_spec: PoolSpec,
    group: usize,
) -> TractResult<OutletId> {
    let input = walk.wire_of(Walk::input(operator, 0)?)?;
    let kernel = walk.wire_of(Walk::input(operator, 1)?)?;
    let bias = walk.wire_of(Walk::input(operator, 2)?)?;
    let conv = Conv { pool_spec, kernel_fmt: KernelFormat::OHWI, group, q_params: None };
    one(&walk.model.wire_node(name, conv, &[input, kernel, bias])?)
}

fn four(shape: &[usize]) -> TractResult<[usize; 4]> {
    shape.try_into().map_err(|err| TractError::msg(format!("expected four dimensions, found {shape:?}: {err}")))
}

fn max_pool(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let options = operator.builtin_options_as_pool_2_doptions().ok_or_else(|| missing("pool options"))?;
    no_fused_activation(Some(options.fused_activation_function()))?;
    let input_id = Walk::input(operator, 0)?;
    let [_, _, _, channels] = four(&walk.shape(input_id)?)?;
    let kernel = [usize::try_from(options.filter_height())?, usize::try_from(options.filter_width())?];
    let stride = [options.stride_h(), options.stride_w()];
    let pool_spec = window(kernel, stride, options.padding(), [channels, channels])?;
    let input = walk.wire_of(input_id)?;
    one(&walk.model.wire_node(name, MaxPool { pool_spec, with_index_outputs: None }, &[input])?)
}

/// The models only average over the whole picture (the squeeze of squeeze-and-excitation).
fn mean_over_picture(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let options = operator.builtin_options_as_pool_2_doptions().ok_or_else(|| missing("pool options"))?;
    no_fused_activation(Some(options.fused_activation_function()))?;
    let input_id = Walk::input(operator, 0)?;
    let [_, height, width, _] = four(&walk.shape(input_id)?)?;
    let filter = [usize::try_from(options.filter_height())?, usize::try_from(options.filter_width())?];
    if filter != [height, width] {
        return Err(refused("average pool over a part of the picture"));
    }
    let input = walk.wire_of(input_id)?;
    let sum = Reduce { axes: tvec!(1, 2), reducer: Reducer::Sum };
    let sum = one(&walk.model.wire_node(format!("{name}.sum"), sum, &[input])?)?;
    with_constant(walk, name, math::mul(), sum, tensor0(1.0 / (height * width) as f32))
}

fn pad(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let amounts = walk.integers(Walk::input(operator, 1)?)?;
    let pads = amounts
        .as_chunks::<2>()
        .0
        .iter()
        .map(|[before, after]| Ok((usize::try_from(*before)?, usize::try_from(*after)?)))
        .collect::<TractResult<Vec<_>>>()?;
    let input = walk.wire_of(Walk::input(operator, 0)?)?;
    let mode = PadMode::Constant(tensor0(0f32).into());
    one(&walk.model.wire_node(name, Pad { pads, mode }, &[input])?)
}

fn reshape(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let input_id = Walk::input(operator, 0)?;
    let from = walk.shape(input_id)?;
    let to = walk.shape(Walk::output(operator)?)?;
    let input = walk.wire_of(input_id)?;
    wire_reshape(walk, name, input, &from, &to)
}

fn wire_reshape(
    walk: &mut Walk<'_>,
    name: &str,
    input: OutletId,
    from: &[usize],
    to: &[usize],
) -> TractResult<OutletId> {
    let dims = |shape: &[usize]| shape.iter().map(ToDim::to_dim).collect();
    one(&walk.model.wire_node(name, AxisOp::Reshape(0, dims(from), dims(to)), &[input])?)
}

fn concat(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let options =
        operator.builtin_options_as_concatenation_options().ok_or_else(|| missing("concatenation options"))?;
    no_fused_activation(Some(options.fused_activation_function()))?;
    let axis = usize::try_from(options.axis())?;
    let ids = operator.inputs().ok_or_else(|| missing("operator input"))?;
    let wires = ids.iter().map(|id| walk.wire_of(id)).collect::<TractResult<Vec<_>>>()?;
    one(&walk.model.wire_node(name, TypedConcat::new(axis), &wires)?)
}

fn resize(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let options = operator.builtin_options_as_resize_bilinear_options().ok_or_else(|| missing("resize options"))?;
    if options.align_corners() || !options.half_pixel_centers() {
        return Err(refused("bilinear resize without half-pixel centres"));
    }
    let sizes = walk.shape(Walk::output(operator)?)?;
    let sizes = sizes.into_iter().map(i64::try_from).collect::<Result<Vec<_>, _>>()?;
    let input = walk.wire_of(Walk::input(operator, 0)?)?;
    let sizes = walk.model.add_const(format!("{name}.sizes"), tensor1(&sizes))?;
    let resize = Resize {
        coord_transformer: CoordTransformer::HalfPixel,
        interpolator: Interpolator::Linear,
        nearest: Nearest::Floor,
        optional_scales_input: None,
        optional_sizes_input: Some(1),
    };
    one(&walk.model.wire_node(name, resize, &[input, sizes])?)
}

/// `Convolution2DTransposeBias`: here always a 2x2 kernel with stride 2 and one output channel, so that no two taps
/// meet. Each input pixel gives a 2x2 block: a 1x1 convolution to four channels, then the blocks are laid out.
/// Options: three little-endian 32-bit integers, padding (1 = SAME), stride x, stride y.
fn transpose_conv(walk: &mut Walk<'_>, operator: &Operator<'_>, name: &str) -> TractResult<OutletId> {
    let index = operator.opcode_index() as usize;
    let custom = walk.file.operator_codes().and_then(|codes| codes.get(index).custom_code());
    if custom != Some("Convolution2DTransposeBias") {
        return Err(refused(&format!("custom operator {custom:?}")));
    }
    let options = operator.custom_options().map(|options| options.bytes()).unwrap_or_default();
    let (input_id, kernel_id) = (Walk::input(operator, 0)?, Walk::input(operator, 1)?);
    let (kernel_shape, expected) = (four(&walk.shape(kernel_id)?)?, [1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0]);
    let [batch, height, width, channels] = four(&walk.shape(input_id)?)?;
    if options != expected || kernel_shape != [1, 2, 2, channels] {
        return Err(refused("transposed convolution other than 2x2 with stride 2"));
    }
    let input = walk.wire_of(input_id)?;
    let kernel = walk.wire_of(kernel_id)?;
    let bias = walk.wire_of(Walk::input(operator, 2)?)?;
    let kernel = wire_reshape(walk, &format!("{name}.kernel"), kernel, &kernel_shape, &[4, 1, 1, channels])?;
    let no_bias = walk.model.add_const(format!("{name}.no_bias"), tensor1(&[0f32; 4]))?;
    let pool_spec = window([1, 1], [1, 1], Padding::VALID, [channels, 4])?;
    let conv = Conv { pool_spec, kernel_fmt: KernelFormat::OHWI, group: 1, q_params: None };
    let taps = one(&walk.model.wire_node(format!("{name}.taps"), conv, &[input, kernel, no_bias])?)?;
    let taps = one(&wire_with_rank_broadcast(format!("{name}.bias"), &mut walk.model, math::add(), &[taps, bias])?)?;
    // [batch, y, x, (dy, dx)] -> [batch, y, dy, x, dx] -> [batch, 2 * y, 2 * x, 1]
    let split = [batch, height, width, 2, 2];
    let blocks = wire_reshape(walk, &format!("{name}.blocks"), taps, &[batch, height, width, 4], &split)?;
    let rows = one(&walk.model.wire_node(format!("{name}.rows"), AxisOp::Move(3, 2), &[blocks])?)?;
    wire_reshape(walk, name, rows, &[batch, height, 2, width, 2], &[batch, 2 * height, 2 * width, 1])
}
