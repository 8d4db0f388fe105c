// Both are written into the bundle while it is built: setting them on a running container does nothing.
const API_URL = process.env.NEXT_PUBLIC_API_URL ?? "/api";
const SHOP_NAME = process.env.NEXT_PUBLIC_SHOP_NAME ?? "Bike shop";

export function shopName(): string {
  return SHOP_NAME;
}

export async function getBikes(): Promise<unknown> {
  const response = await fetch(`${API_URL}/bikes`);
  if (!response.ok) {
    throw new Error(`bikes: ${response.status}`);
  }
  return response.json();
}
