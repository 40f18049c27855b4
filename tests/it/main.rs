//! Tests of whole parts against data.

mod cel_parser;
