//! Tests of the whole and of the house.

mod cli;
mod floors;
mod pages;
mod tidy;
mod tree;
