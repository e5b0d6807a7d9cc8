//! A small `TFLite` loader: walks the operators of one of the four face models and builds a tract model from them.
//!
//! tract-tflite reads the format but its own loader refuses these files (float16 weights behind DEQUANTIZE, PRELU,
//! one custom operator), so only its schema is used. This file owns tensors and the walk; [`ops`] owns what each
//! operator becomes. What goes into a model and what its numbers mean is left to detector, mesh, iris and
//! segmentation.

mod ops;

use std::collections::HashMap;
use std::sync::Arc;

use tract_core::prelude::{
    Datum, DatumTypeExt, IntoTValue, OutletId, SpecialOps, Tensor, TractResult, TypedModel, TypedRunnableModel, f16,
    tvec,
};
use tract_tflite::tflite::{Model, Operator, SubGraph, TensorType, root_as_model};

use super::error::ModelError;

/// A model that is ready to run. One picture at a time; may be shared between threads.
pub(super) struct Network {
    name: &'static str,
    plan: Arc<TypedRunnableModel>,
    input_shape: Vec<usize>,
}

impl Network {
    /// Reads a `TFLite` file with one graph and one float input.
    pub(super) fn load(name: &'static str, bytes: &[u8]) -> Result<Self, ModelError> {
        let file =
            root_as_model(bytes).map_err(|err| ModelError::Unreadable { model: name, detail: err.to_string() })?;
        let unsupported =
            |err: tract_core::prelude::TractError| ModelError::Unsupported { model: name, detail: format!("{err:#}") };
        let (model, input_shape) = Walk::new(&file).and_then(Walk::build).map_err(unsupported)?;
        let plan = model
            .into_optimized()
            .and_then(TypedRunnableModel::new)
            .map_err(|err| ModelError::Inference { model: name, detail: format!("{err:#}") })?;
        Ok(Self { name, plan, input_shape })
    }

    /// Runs the model on `input` (NHWC, row-major, as many values as its input has) and gives each output, flat, in
    /// the order of the file.
    pub(super) fn run(&self, input: &[f32]) -> Result<Vec<Vec<f32>>, ModelError> {
        self.try_run(input).map_err(|err| ModelError::Inference { model: self.name, detail: format!("{err:#}") })
    }

    fn try_run(&self, input: &[f32]) -> TractResult<Vec<Vec<f32>>> {
        let tensor = Tensor::from_shape(&self.input_shape, input)?;
        let outputs = self.plan.run(tvec!(tensor.into_tvalue()))?;
        outputs.iter().map(|output| Ok(output.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())).collect()
    }
}

/// The walk over one file: which tensor of the file is which wire of the tract model.
struct Walk<'f> {
    file: &'f Model<'f>,
    graph: SubGraph<'f>,
    model: TypedModel,
    wires: HashMap<i32, OutletId>,
}

fn missing(what: &str) -> tract_core::prelude::TractError {
    tract_core::prelude::TractError::msg(format!("the file has no {what}"))
}

impl<'f> Walk<'f> {
    fn new(file: &'f Model<'f>) -> TractResult<Self> {
        let graph = file.subgraphs().filter(|all| !all.is_empty()).ok_or_else(|| missing("graph"))?.get(0);
        Ok(Self { file, graph, model: TypedModel::default(), wires: HashMap::new() })
    }

    fn build(mut self) -> TractResult<(TypedModel, Vec<usize>)> {
        let inputs = self.graph.inputs().ok_or_else(|| missing("input"))?;
        let input = inputs.iter().next().ok_or_else(|| missing("input"))?;
        let input_shape = self.shape(input)?;
        let source = self.model.add_source("input", f32::datum_type().fact(&input_shape))?;
        self.wires.insert(input, source);
        for operator in self.graph.operators().ok_or_else(|| missing("operators"))? {
            ops::wire(&mut self, &operator)?;
        }
        let outputs = self.graph.outputs().ok_or_else(|| missing("output"))?;
        let outlets = outputs.iter().map(|id| self.wire_of(id)).collect::<TractResult<Vec<_>>>()?;
        self.model.select_output_outlets(&outlets)?;
        Ok((self.model, input_shape))
    }

    /// The wire that carries a tensor of the file; a tensor with data in the file becomes a constant.
    fn wire_of(&mut self, id: i32) -> TractResult<OutletId> {
        if let Some(&wire) = self.wires.get(&id) {
            return Ok(wire);
        }
        let constant = self.constant(id)?;
        let wire = self.model.add_const(format!("constant{id}"), constant)?;
        self.wires.insert(id, wire);
        Ok(wire)
    }

    /// Id of an operator's nth input.
    fn input(operator: &Operator<'_>, index: usize) -> TractResult<i32> {
        operator
            .inputs()
            .filter(|inputs| index < inputs.len())
            .map(|inputs| inputs.get(index))
            .ok_or_else(|| missing("operator input"))
    }

    /// Id of an operator's only output.
    fn output(operator: &Operator<'_>) -> TractResult<i32> {
        operator
            .outputs()
            .filter(|outputs| !outputs.is_empty())
            .map(|outputs| outputs.get(0))
            .ok_or_else(|| missing("operator output"))
    }

    fn tensor(&self, id: i32) -> TractResult<tract_tflite::tflite::Tensor<'f>> {
        let index = usize::try_from(id)?;
        self.graph
            .tensors()
            .filter(|tensors| index < tensors.len())
            .map(|tensors| tensors.get(index))
            .ok_or_else(|| missing("tensor"))
    }

    fn shape(&self, id: i32) -> TractResult<Vec<usize>> {
        let tensor = self.tensor(id)?;
        let Some(shape) = tensor.shape() else { return Ok(Vec::new()) };
        shape.iter().map(|size| Ok(usize::try_from(size)?)).collect()
    }

    fn bytes(&self, id: i32) -> TractResult<&'f [u8]> {
        let index = self.tensor(id)?.buffer() as usize;
        self.file
            .buffers()
            .filter(|buffers| index < buffers.len())
            .and_then(|buffers| buffers.get(index).data())
            .map(|data| data.bytes())
            .filter(|bytes| !bytes.is_empty())
            .ok_or_else(|| missing("constant data"))
    }

    /// A constant tensor; float16 weights are widened to f32.
    fn constant(&self, id: i32) -> TractResult<Tensor> {
        let (shape, bytes) = (self.shape(id)?, self.bytes(id)?);
        match self.tensor(id)?.type_() {
            TensorType::FLOAT32 => {
                let values: Vec<f32> =
                    bytes.as_chunks::<4>().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
                Tensor::from_shape(&shape, &values)
            }
            TensorType::FLOAT16 => {
                let values: Vec<f32> =
                    bytes.as_chunks::<2>().0.iter().map(|chunk| f16::from_le_bytes(*chunk).to_f32()).collect();
                Tensor::from_shape(&shape, &values)
            }
            other => Err(missing(&format!("reader for constants of type {other:?}"))),
        }
    }

    /// A constant of 32-bit integers (paddings, sizes).
    fn integers(&self, id: i32) -> TractResult<Vec<i32>> {
        Ok(self.bytes(id)?.as_chunks::<4>().0.iter().map(|chunk| i32::from_le_bytes(*chunk)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_model_are_refused_with_the_models_name() {
        let refused = Network::load("detector", &[7; 64]).err().unwrap();
        assert!(matches!(refused, ModelError::Unreadable { model: "detector", .. }), "{refused}");
    }

    #[test]
    fn an_input_of_the_wrong_size_is_an_error_not_a_panic() {
        let network = Network::load("iris", super::super::models::IRIS).unwrap();
        assert!(matches!(network.run(&[0.0; 10]), Err(ModelError::Inference { .. })));
    }
}
