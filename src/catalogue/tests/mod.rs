mod data;
mod facts;
mod nearest;
mod overlay;
