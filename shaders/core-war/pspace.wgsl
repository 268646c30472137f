// P-space in storage. Comes before mars.wgsl.

// Each warrior's own cell 0 and the table of who shares what come first; see pspaceSlot.
@group(0) @binding(4) var<storage, read_write> pspaces: array<u32>;

/// Where P-space cell `index` of a warrior is. Layout a battle: a word a warrior "whose shared cells are mine", then each
/// warrior's own cell 0, then `pspaceSize` words a warrior.
fn pspaceSlot(place: u32, warrior: u32, index: u32) -> u32 {
  let start = place * job.warriors * (2 + job.pspaceSize);
  if (index == 0) {
    return start + job.warriors + warrior;
  }
  return start + 2 * job.warriors + pspaces[start + warrior] * job.pspaceSize + index;
}

fn pspaceAt(place: u32, warrior: u32, index: u32) -> u32 {
  return pspaces[pspaceSlot(place, warrior, index)];
}

fn putPspace(place: u32, warrior: u32, index: u32, value: u32) {
  pspaces[pspaceSlot(place, warrior, index)] = value;
}
