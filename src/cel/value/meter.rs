//! The step budget of one evaluation.

use super::EvalErrorKind;

/// Counts the steps of an evaluation down. Steps, not time: the same input ends the same way on every machine.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    left: u64,
}

impl Meter {
    /// With so many steps to spend.
    pub fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// Takes `steps`; once there are not enough, this and every later call fails.
    pub fn spend(&mut self, steps: u64) -> Result<(), EvalErrorKind> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(EvalErrorKind::Budget)
            }
        }
    }
}
