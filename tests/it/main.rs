//! Tests of whole parts against data.

mod cel_checker;
mod cel_conformance;
mod cel_parser;
