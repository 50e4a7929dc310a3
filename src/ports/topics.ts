/** A topic as the brokers have it. */
export interface TopicDescription {
  readonly name: string;
  readonly partitions: number;
  /** Settings by their Kafka names, those in force whether set or defaulted. */
  readonly settings: ReadonlyMap<string, string>;
  /** Per partition the first offset there is and the one after the last. */
  readonly offsets: readonly { readonly partition: number; readonly low: number; readonly high: number }[];
}

/** A topic to create. */
export interface TopicOrder {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly settings: ReadonlyMap<string, string>;
}

/** What is there in the way of topics. Rejects with `Unavailable` (`stream.ts`) if the brokers do not answer. */
export interface Topics {
  /** Brokers of the cluster. */
  brokers(): Promise<number>;
  /** Those of the topics that exist. */
  describe(names: readonly string[]): Promise<readonly TopicDescription[]>;
  create(orders: readonly TopicOrder[]): Promise<void>;
  /** Committed offsets of a group, by partition; partitions without one are left out. */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}
