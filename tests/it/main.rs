//! Tests of the whole.

mod cel_conformance;
