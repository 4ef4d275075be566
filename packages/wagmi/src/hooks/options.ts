import type { UseMutationOptions, UseQueryOptions } from "@tanstack/react-query";
import type { Config } from "wagmi";

/** A configuration other than that of `WagmiProvider`. */
export type ConfigParameter<config extends Config = Config> = { config?: config | undefined };

/** What `useMutation` of TanStack Query takes besides what the hook gives it. */
export type MutationParameter<data, variables, context> = {
  mutation?: Omit<UseMutationOptions<data, Error, variables, context>, "mutationFn" | "mutationKey"> | undefined;
};

/** What `useQuery` of TanStack Query takes besides what the hook gives it. */
export type QueryParameter<data, selected = data> = {
  query?: Omit<UseQueryOptions<data, Error, selected>, "queryFn" | "queryKey" | "queryKeyHashFn"> | undefined;
};

/** What is sent, is not sent again by itself, whatever an application has as its default: the first time may have been enough. */
export const once = { retry: false } as const;
