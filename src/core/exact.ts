/**
 * exp and log from additions, multiplications and divisions alone. `Math.exp` and `Math.log` may differ in the last digit from
 * one browser to the next; these do not, so that a seed gives the same text on every machine.
 */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const LOG2_E = 1.4426950408889634
const SQRT_2 = 1.4142135623730951

const double = new Float64Array(1)
/** Low half first: WebAssembly and every browser there is are little-endian. */
const halves = new Uint32Array(double.buffer)

/** 2^power, for -1022..1023. */
function powerOf2(power: number): number {
  halves[0] = 0
  halves[1] = (power + 1023) << 20
  return double[0]!
}

/** e^x within 1e-15 of it, relatively; 0 below -700, and not for x above 700. */
export function exp(x: number): number {
  if (x < -700) return 0
  // x = power * ln 2 + rest, |rest| <= ln 2 / 2; then Taylor's series of e^rest.
  const power = Math.round(x * LOG2_E)
  const rest = x - power * LN2_HIGH - power * LN2_LOW
  let sum = 1
  for (let term = 14; term >= 1; term--) sum = 1 + (rest / term) * sum
  return sum * powerOf2(power)
}

/** ln x within 1e-15, for positive x that is not subnormal. */
export function log(x: number): number {
  double[0] = x
  const power = (halves[1]! >>> 20) - 1023
  halves[1] = (halves[1]! & 0xfffff) | (1023 << 20)
  // x = mantissa * 2^power with the mantissa around 1; then ln m = 2 artanh((m - 1) / (m + 1)).
  const isBig = double[0]! > SQRT_2
  const mantissa = isBig ? double[0]! / 2 : double[0]!
  const twos = isBig ? power + 1 : power
  const s = (mantissa - 1) / (mantissa + 1)
  const q = s * s
  // The odd reciprocals, written out: noise takes two logarithms a token.
  const tail = 1 / 11 + q * (1 / 13 + q * (1 / 15 + q * (1 / 17 + q * (1 / 19 + q * (1 / 21)))))
  const sum = 1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * tail))))
  return twos * LN2_HIGH + (2 * s * sum + twos * LN2_LOW)
}

const HALF_PI_HIGH = 1.5707963267341256
const HALF_PI_LOW = 6.077100506506192e-11

/** The sine and cosine of x within 1e-14, for |x| up to 1000. */
export function sinCos(x: number): { readonly sin: number; readonly cos: number } {
  // x = quarters * pi/2 + rest, |rest| <= pi/4; then Taylor's series of both.
  const quarters = Math.round(x / (Math.PI / 2))
  const rest = x - quarters * HALF_PI_HIGH - quarters * HALF_PI_LOW
  const square = rest * rest
  let s = 1
  let c = 1
  for (let term = 18; term >= 2; term -= 2) {
    s = 1 - (square / (term * (term + 1))) * s
    c = 1 - (square / (term * (term - 1))) * c
  }
  s *= rest
  const [sin, cos] = ([[s, c], [c, -s], [-s, -c], [-c, s]] as const)[((quarters % 4) + 4) % 4] ?? [s, c] // prettier-ignore
  return { sin, cos }
}

/** The hyperbolic tangent within 1e-14 (absolutely). */
export function tanh(x: number): number {
  if (Math.abs(x) > 20) return Math.sign(x)
  const e = exp(2 * x)
  return (e - 1) / (e + 1)
}
