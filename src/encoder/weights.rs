//! Reading `model.safetensors`: a length, a list of tensors in JSON, their numbers. Tensors are read one at a time, so that
//! no more is held than the model itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use candle_core::{DType, Device, Tensor};
use serde::Deserialize;
use serde_json::Value;

use super::folder::{Folder, wrong};
use crate::error::SetupError;

/// The file of the weights.
pub const FILE: &str = "model.safetensors";

/// Bytes of the list of tensors, as the format's own library allows.
const LONGEST_LIST: u64 = 100_000_000;

/// By this tensor it is found under which prefix a model's tensors stand.
const WORDS: &str = "embeddings.word_embeddings.weight";

/// A tensor of the list.
#[derive(Deserialize)]
struct Listed {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

/// The weights of a model, to be read by name.
pub struct Weights {
    path: PathBuf,
    file: File,
    listed: BTreeMap<String, Listed>,
    /// Where the numbers begin, and how many bytes they have.
    start: u64,
    bytes: u64,
    prefix: String,
    device: Device,
}

impl Weights {
    /// Reads the list.
    pub fn open(folder: &Folder, device: Device) -> Result<Weights, SetupError> {
        let (path, mut file) = (folder.file(FILE), folder.open(FILE)?);
        let broken = |what: &str| wrong(&path, &format!("no sound safetensors file: {what}"));
        let length = file.metadata().map_err(|e| SetupError::io(&path, e))?.len();
        let mut head = [0; 8];
        file.read_exact(&mut head).map_err(|_| broken("shorter than 8 bytes"))?;
        let list = u64::from_le_bytes(head);
        if list > LONGEST_LIST || list > length.saturating_sub(8) {
            return Err(broken("it ends within its list of tensors: get it anew"));
        }
        let mut text = vec![0; usize::try_from(list).unwrap_or_default()];
        file.read_exact(&mut text).map_err(|e| SetupError::io(&path, e))?;
        let entries: BTreeMap<String, Value> =
            serde_json::from_slice(&text).map_err(|e| broken(&format!("its list of tensors: {e}")))?;
        let mut listed = BTreeMap::new();
        for (name, entry) in entries.into_iter().filter(|(name, _)| name != "__metadata__") {
            let entry = serde_json::from_value(entry).map_err(|e| broken(&format!("tensor {name}: {e}")))?;
            listed.insert(name, entry);
        }
        let prefixes = listed.keys().filter_map(|name| name.strip_suffix(WORDS));
        let prefix = prefixes.min_by_key(|prefix| prefix.len()).map(String::from);
        let prefix = prefix.ok_or_else(|| broken(&format!("no tensor {WORDS}")))?;
        Ok(Weights {
            start: 8 + list,
            bytes: length.saturating_sub(8 + list),
            path,
            file,
            listed,
            prefix,
            device,
        })
    }

    /// A tensor of this shape, in single precision. Errors name it.
    pub fn get(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, SetupError> {
        let name = self.full_name(name);
        self.read(&name, shape).map_err(|what| wrong(&self.path, &format!("tensor {name}: {what}")))
    }

    /// Checkpoints of before 2019 call scale and shift of a layer's norm `gamma` and `beta`.
    fn full_name(&self, name: &str) -> String {
        let name = format!("{}{name}", self.prefix);
        let old =
            name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
        if self.listed.contains_key(&name) || !self.listed.contains_key(&old) { name } else { old }
    }

    fn read(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, String> {
        let listed = self.listed.get(name).ok_or("missing")?;
        let (dtype, size) = match listed.dtype.as_str() {
            "F32" => (DType::F32, 4),
            "F16" => (DType::F16, 2),
            "BF16" => (DType::BF16, 2),
            other => return Err(format!("numbers of type {other} are not supported: only F32, F16, BF16")),
        };
        if listed.shape != shape {
            return Err(format!("of shape {:?} where config.json asks for {shape:?}", listed.shape));
        }
        let [from, to] = listed.data_offsets;
        let wanted = shape.iter().try_fold(size, |bytes: u64, &n| bytes.checked_mul(n as u64));
        if to > self.bytes || to.checked_sub(from) != wanted {
            return Err("its bytes are not all there: get the file anew".into());
        }
        let mut bytes = vec![0; usize::try_from(to - from).map_err(|e| e.to_string())?];
        self.file.seek(SeekFrom::Start(self.start + from)).map_err(|e| e.to_string())?;
        self.file.read_exact(&mut bytes).map_err(|e| e.to_string())?;
        let tensor = Tensor::from_raw_buffer(&bytes, dtype, shape, &Device::Cpu);
        let single = tensor.and_then(|t| t.to_dtype(DType::F32)?.to_device(&self.device));
        single.map_err(|e| e.to_string())
    }
}
