//! Tests of the whole that need more than a file and what is expected of it.

mod schemas;
