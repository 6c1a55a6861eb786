//! The order in which values are computed.

use super::Value;

/// Indices of the values, parts before the values that are computed from them; a value that depends
/// on itself is left out.
pub(super) fn order(values: &[Value]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(values.len());
    let mut placed = vec![false; values.len()];
    loop {
        let before = order.len();
        for (index, value) in values.iter().enumerate() {
            if !placed[index] && value.source.parts().iter().all(|part| placed[*part]) {
                placed[index] = true;
                order.push(index);
            }
        }
        if order.len() == before {
            return order;
        }
    }
}
