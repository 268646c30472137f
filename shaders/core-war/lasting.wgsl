// For rota.wgsl with cells and rings in storage: they stay where they are between dispatches. See local.wgsl.

/// Threads in a workgroup.
override LANES: u32 = 64;

fn bringBack(place: u32) {}

fn putAway(place: u32) {}
