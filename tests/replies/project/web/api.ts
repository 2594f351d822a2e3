export interface Article {
  id: string;
  price: number;
}

export type Fetch = (url: string) => Promise<Response>;

export async function articles(fetch: Fetch): Promise<Article[]> {
  const response = await fetch("/api/articles");
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
  return response.json();
}

export async function article(fetch: Fetch, id: string): Promise<Article> {
  const response = await fetch("/api/articles/" + id);
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
  return response.json();
}
