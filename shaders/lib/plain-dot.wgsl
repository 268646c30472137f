/// Products of four signed bytes with four others, summed; for devices without dot4I8Packed, with the same result.
fn dot4(a: u32, b: u32) -> i32 {
  let x = vec4i(vec4u(a) << vec4u(24, 16, 8, 0)) >> vec4u(24);
  let y = vec4i(vec4u(b) << vec4u(24, 16, 8, 0)) >> vec4u(24);
  return dot(x, y);
}
