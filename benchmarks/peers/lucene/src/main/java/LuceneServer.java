import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene for the benchmark: builds an index of documents with ready tokens, or answers requests.
 *
 * <pre>
 * build FOLDER DOCUMENTS stored|plain   a document a line: id, url, headline, words, pairs by tabs
 * serve FOLDER                          requests and answers a line each, fields by tabs:
 *   operation, stream, join, tokens, marks -> nanoseconds, nanoseconds of CPU, number or ids
 *   replace, file of documents             -> the same
 * </pre>
 */
public final class LuceneServer {
    private static final int LIMIT = 10;
    private static final int LONGEST_TOKEN = 8191;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Analyzer analyzer = new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
            return new TokenStreamComponents(new WhitespaceTokenizer(LONGEST_TOKEN));
        }
    };
    private final Path folder;
    private IndexSearcher plain;
    private IndexSearcher stored;

    private LuceneServer(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        LuceneServer server = new LuceneServer(Path.of(arguments[1]));
        if (arguments[0].equals("build")) {
            long start = System.nanoTime();
            server.build(Path.of(arguments[2]), arguments[3].equals("stored"));
            System.out.println(System.nanoTime() - start);
        } else {
            server.serve();
        }
    }

    private void build(Path documents, boolean store) throws IOException {
        try (IndexWriter writer = writer(folder);
                BufferedReader lines = Files.newBufferedReader(documents)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                writer.addDocument(document(line, store));
            }
        }
    }

    private IndexWriter writer(Path at) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(analyzer);
        config.setSimilarity(similarity());
        config.setRAMBufferSizeMB(1024);
        return new IndexWriter(FSDirectory.open(at), config);
    }

    private static Document document(String line, boolean store) {
        String[] fields = line.split("\t", -1);
        Document document = new Document();
        document.add(new StringField("id", fields[0], Field.Store.YES));
        if (store) {
            document.add(new StoredField("url", fields[1]));
            document.add(new StoredField("headline", fields[2]));
        }
        document.add(text("words", fields[3], IndexOptions.DOCS_AND_FREQS, store));
        IndexOptions positions = IndexOptions.DOCS_AND_FREQS_AND_POSITIONS;
        document.add(text("pairs", fields[4], positions, false));
        return document;
    }

    private static Field text(String name, String value, IndexOptions options, boolean store) {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setIndexOptions(options);
        type.setStored(store);
        type.freeze();
        return new Field(name, value, type);
    }

    private static BM25Similarity similarity() {
        return new BM25Similarity(1.2f, 0.75f);
    }

    private static IndexSearcher open(Path at) throws IOException {
        IndexSearcher searcher = new IndexSearcher(DirectoryReader.open(new MMapDirectory(at)));
        searcher.setSimilarity(similarity());
        searcher.setQueryCache(null);
        return searcher;
    }

    private void serve() throws IOException {
        plain = open(folder.resolve("plain"));
        BufferedReader requests =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] request = line.split("\t", -1);
            Query query = request[0].equals("replace") ? null : query(request);
            Query marks = query == null ? null : words(request[4].split(" "));
            long cpu = THREADS.getCurrentThreadCpuTime();
            long wall = System.nanoTime();
            Object result = run(request, query, marks);
            wall = System.nanoTime() - wall;
            cpu = THREADS.getCurrentThreadCpuTime() - cpu;
            answers.println(wall + "\t" + cpu + "\t" + named(result));
        }
    }

    private Object run(String[] request, Query query, Query marks) throws IOException {
        switch (request[0]) {
            case "ids":
                return plain.search(query, LIMIT);
            case "count":
                return plain.count(query);
            case "replace":
                return replace(Path.of(request[1]));
            default:
                return withTexts(request[0].equals("snippets"), query, marks);
        }
    }

    private int withTexts(boolean snippets, Query query, Query marks) throws IOException {
        if (stored == null) {
            stored = open(folder.resolve("stored"));
        }
        TopDocs top = stored.search(query, LIMIT);
        StoredFields fields = stored.storedFields();
        List<String> urls = new ArrayList<>();
        for (ScoreDoc hit : top.scoreDocs) {
            urls.add(fields.document(hit.doc).get("url"));
        }
        if (snippets && top.scoreDocs.length > 0) {
            return UnifiedHighlighter.builder(stored, analyzer).build()
                    .highlight("words", marks, top).length;
        }
        return urls.size();
    }

    private int replace(Path documents) throws IOException {
        try (IndexWriter writer = writer(folder.resolve("plain"))) {
            for (String line : Files.readAllLines(documents)) {
                writer.updateDocument(
                        new Term("id", line.substring(0, line.indexOf('\t'))), document(line, false));
            }
        }
        plain.getIndexReader().close();
        plain = open(folder.resolve("plain"));
        return 0;
    }

    private String named(Object result) throws IOException {
        if (!(result instanceof TopDocs)) {
            return result.toString();
        }
        List<String> ids = new ArrayList<>();
        for (ScoreDoc hit : ((TopDocs) result).scoreDocs) {
            ids.add(plain.storedFields().document(hit.doc).get("id"));
        }
        return String.join(" ", ids);
    }

    private static Query query(String[] request) {
        String[] tokens = request[3].split(" ");
        switch (request[2]) {
            case "phrase":
                return new PhraseQuery(request[1], tokens);
            case "and":
                return all(tokens, request[1], Occur.MUST);
            default:
                return all(tokens, request[1], Occur.SHOULD);
        }
    }

    private static Query words(String[] words) {
        return all(words, "words", Occur.SHOULD);
    }

    private static Query all(String[] tokens, String field, Occur occur) {
        if (tokens.length == 1) {
            return new TermQuery(new Term(field, tokens[0]));
        }
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (String token : tokens) {
            builder.add(new TermQuery(new Term(field, token)), occur);
        }
        return builder.build();
    }
}
