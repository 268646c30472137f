// Random numbers by place instead of by order: Philox4x32-10 (Salmon et al. 2011). The twin of src/core/counter.ts: words are equal to the last
// bit. Normal numbers are within 4e-6 of its (5e-7 under SwiftShader): logarithm, sine and cosine are worked out here, for what cards bring is not as close.

const PHILOX_ROUNDS: u32 = 10;

/// The upper 32 bits of a product.
fn highOf(x: u32, y: u32) -> u32 {
  let low = (x & 0xffff) * (y & 0xffff);
  let middle = (x >> 16) * (y & 0xffff) + (low >> 16);
  let other = (x & 0xffff) * (y >> 16) + (middle & 0xffff);
  return (x >> 16) * (y >> 16) + (middle >> 16) + (other >> 16);
}

fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < PHILOX_ROUNDS; round++) {
    c = vec4u(
      highOf(0xcd9e8d57, c.z) ^ c.y ^ k.x, 0xcd9e8d57 * c.z,
      highOf(0xd2511f53, c.x) ^ c.w ^ k.y, 0xd2511f53 * c.x,
    );
    k += vec2u(0x9e3779b9, 0xbb67ae85);
  }
  return c;
}

/// A word as a number in (0, 1): its upper 23 bits and a half, which is exact.
fn unitOf(word: u32) -> f32 {
  return (f32(word >> 9) + 0.5) * 0x1p-23;
}

/// ln u, for u in (0, 1): u = m * 2^power with m around 1, then ln m = 2 artanh((m - 1) / (m + 1)).
fn logOf(u: f32) -> f32 {
  let bits = bitcast<u32>(u);
  let mantissa = bitcast<f32>((bits & 0x7fffff) | 0x3f800000);
  let isBig = mantissa > 1.4142135;
  let m = select(mantissa, 0.5 * mantissa, isBig);
  let power = f32(i32(bits >> 23) - select(127, 126, isBig));
  let s = (m - 1) / (m + 1);
  let q = s * s;
  return power * 0.6931472 + 2 * s * (1 + q * (1.0 / 3 + q * (0.2 + q * (1.0 / 7 + q * (1.0 / 9)))));
}

/// Two normal numbers of two in (0, 1), by Box and Muller.
fn normalPair(u: f32, v: f32) -> vec2f {
  let radius = sqrt(-2 * logOf(u));
  // 2 pi v = quarters * pi/2 + x, |x| <= pi/4; both differences are exact.
  let quarters = floor(4 * v + 0.5);
  let x = (4 * v - quarters) * 1.5707964;
  let q = x * x;
  let s = x * (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72))));
  let c = 1 - q / 2 * (1 - q / 12 * (1 - q / 30 * (1 - q / 56 * (1 - q / 90))));
  let turned = select(vec2f(c, s), vec2f(-s, c), (i32(quarters) & 1) == 1);
  return radius * select(turned, -turned, (i32(quarters) & 2) == 2);
}

/// Four normal numbers: those of dimensions 4 * block and the three after it.
fn counterNormals(seed: u32, generation: u32, member: u32, block: u32) -> vec4f {
  let words = philox(vec4u(block, member, generation, 0), vec2u(seed, 0));
  return vec4f(normalPair(unitOf(words.x), unitOf(words.y)), normalPair(unitOf(words.z), unitOf(words.w)));
}
