//! In which order values are worked out.

use super::Value;

/// The values in an order in which parts come before what is made of them; without those that are
/// made of themselves.
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
