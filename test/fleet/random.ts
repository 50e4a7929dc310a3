import { Random as Uniform } from '../support/random.ts';

/** Random numbers from a seed, of the distributions that a fleet needs. */
export class Random extends Uniform {
  /** True with a chance. */
  chance(chance: number): boolean {
    return this.next() < chance;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** An item with chances falling as 1 / (place + 1). */
  zipf<T>(items: readonly T[]): T {
    const place = Math.floor(Math.exp(this.next() * Math.log(items.length + 1))) - 1;
    return items[Math.min(place, items.length - 1)] as T;
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** Gamma of shape below 1 and mean 1 (Ahrens and Dieter's rejection). */
  gamma(shape: number): number {
    for (;;) {
      const b = 1 + shape / Math.E;
      const p = b * this.next();
      const x = p <= 1 ? p ** (1 / shape) : -Math.log((b - p) / shape);
      const accept = p <= 1 ? Math.exp(-x) : x ** (shape - 1);
      if (this.next() < accept) return x / shape;
    }
  }

  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const end = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > end; product *= this.next()) count++;
    return count;
  }

  /** Another stream of numbers, so that what is drawn here does not shift what is drawn there. */
  fork(): Random {
    return new Random(this.below(4_294_967_296));
  }
}
