import { formatPrice } from "./format.js";

const STORAGE_KEY = "cart";

export class Cart {
  constructor(storage) {
    this.storage = storage;
    this.items = JSON.parse(storage.getItem(STORAGE_KEY) || "[]");
  }

  add(id, count = 1) {
    const item = this.items.find((other) => other.id === id);
    if (item) {
      item.count += count;
    } else {
      this.items.push({ id, count });
    }
    this.save();
  }

  remove(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.save();
  }

  save() {
    this.storage.setItem(STORAGE_KEY, JSON.stringify(this.items));
  }
}

export function render(cart, element) {
  const rows = cart.items.map((item) => `<li>${item.id}: ${item.count}</li>`);
  element.innerHTML = `<ul>${rows.join("")}</ul>`;
}

export function total(cart, prices) {
  let sum = 0;
  for (const item of cart.items) {
    sum += prices[item.id] * item.count;
  }
  return formatPrice(sum);
}
