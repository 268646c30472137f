// In the stead of pspace.wgsl where no warrior has LDP or STP: mars.wgsl never calls these then.

fn pspaceAt(place: u32, warrior: u32, index: u32) -> u32 {
  return 0;
}

fn putPspace(place: u32, warrior: u32, index: u32, value: u32) {}
